import type { GraphQLSchema } from 'graphql';
import { createDeprecatedUses } from '../execution/deprecated-uses.ts';
import type { ExecuteOperation } from './execution.ts';

/**
 * Reports each deprecated member of the schema that an operation uses, once for each request of it, so that a member can be
 * removed when nothing uses it. An operation that is only planned, or refused for its cost, counts as well: its client knows the member.
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
