import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from './plugin.ts';

/** Refuses introspection, where the schema is not public. `__typename` still works. */
export function useIntrospectionBlock(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
}
