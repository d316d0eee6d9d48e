import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from './plugin.ts';

/** Keeps the schema to those who have it: no introspection. (`__typename` works; suggestions go with the error mask.) */
export function useIntrospectionBlock(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
}
