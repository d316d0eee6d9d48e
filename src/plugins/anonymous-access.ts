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
 * Refuses whatever a request without `Authorization` asks for, as a whole and with 401, unless all of it is open to
 * anybody by what is declared beside the fields; introspection is where there is any.
 */
export function rejectAnonymous(args: ExecutionArgs): ExecutionResult | undefined {
  const { authenticated } = args.contextValue as OperationContext;
  if (authenticated?.caller.isAnonymous !== true || isOpen(args)) return undefined;
  const originalError = unauthenticatedError();
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}

/** Also what is left out by `@skip` has to be open: that costs nobody anything. */
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
      fragments.delete(node.name.value); // each once: thirty that spread the next one twice are a billion walks
      return fragment?.kind !== Kind.FRAGMENT_DEFINITION || isOpenSet(fragment.selectionSet);
    });
  }
  const isOpenField = (name: string) => {
    const access: unknown = fields[name]?.extensions['access'];
    return typeof access === 'object' && access !== null && 'anonymous' in access && access.anonymous === true;
  };
  return isOpenSet(operation.selectionSet);
}
