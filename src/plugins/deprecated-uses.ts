import type { GraphQLSchema } from 'graphql';
import { createDeprecatedUses } from '../execution/deprecated-uses.ts';
import type { ExecuteOperation } from './execution.ts';

/**
 * Reports each deprecated member of the schema that an operation uses, once for each execution, so that a member can be removed
 * when nothing uses it.
 *
 * @param onUse receives the coordinate of the member, like `Contact.locationCid`
 */
export function reportDeprecatedUses(
  execute: ExecuteOperation,
  schema: GraphQLSchema,
  onUse: (coordinate: string) => void,
): ExecuteOperation {
  const usesOf = createDeprecatedUses(schema);
  return (args) => {
    for (const coordinate of usesOf(args)) onUse(coordinate);
    return execute(args);
  };
}
