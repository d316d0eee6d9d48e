import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { unauthenticatedError } from '../auth/bearer.ts';
import type { OperationContext } from './plugin.ts';

/**
 * Refuses an operation of an anonymous caller as a whole, with 401, unless the schema declares each of its root fields as
 * open to anonymous callers. Introspection is open where it is permitted at all.
 */
export function rejectAnonymous(args: ExecutionArgs): ExecutionResult | undefined {
  const { authenticated } = args.contextValue as OperationContext;
  if (authenticated?.caller.isAnonymous !== true || isOpen(args)) return undefined;
  const originalError = unauthenticatedError();
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}

/** Whether all root fields are open. Fields that `@skip` leaves out have to be open, too. */
function isOpen({ schema, document, operationName }: ExecutionArgs): boolean {
  const operation = getOperationAST(document, operationName);
  const fields = operation && schema.getRootType(operation.operation)?.getFields();
  if (!operation || !fields) return false;
  const fragments = new Map(document.definitions.map((node) => ['name' in node ? node.name?.value : '', node]));

  function isOpenSet({ selections }: SelectionSetNode): boolean {
    return selections.every((node) => {
      if (node.kind === Kind.FIELD) return node.name.value.startsWith('__') || isOpenField(node.name.value);
      if (node.kind === Kind.INLINE_FRAGMENT) return isOpenSet(node.selectionSet);
      const fragment = fragments.get(node.name.value);
      fragments.delete(node.name.value); // once each: 30 fragments that spread the next one twice would be visited a billion times
      return fragment?.kind !== Kind.FRAGMENT_DEFINITION || isOpenSet(fragment.selectionSet);
    });
  }
  const isOpenField = (name: string) => {
    const access: unknown = fields[name]?.extensions['access'];
    return typeof access === 'object' && access !== null && 'anonymous' in access && access.anonymous === true;
  };
  return isOpenSet(operation.selectionSet);
}
