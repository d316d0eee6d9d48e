import { OperationTypeNode, type ValidatedExecutionArgs } from 'graphql';
import type { Context } from '../context.ts';
import type { DocumentMemory } from '../execution/document-memory.ts';
import { CostCounter } from './cost-counter.ts';
import { findCostPlan } from './cost-plan-cache.ts';
import type { CostEstimate, PlannedCalls } from './operation-cost.ts';

/** Of whom and within which limits an operation is estimated. */
export type EstimateOptions = Pick<Context, 'caller' | 'maxPageSize'> & {
  /** Where the document is kept; undefined where only one operation of it is estimated. */
  readonly memory?: DocumentMemory;
};

/**
 * Computes how many upstream calls an operation can make at most on a cold cache, before anything of it is executed:
 *
 * - Each field declares its calls in `src/schema` (`costs(…)`). Fragments are followed, `@skip` and `@include` are evaluated,
 *   and what is below a list is multiplied by its `first` or `last`, the number of its ids or of its rows.
 * - Calls that the loaders share are counted once: those for the same contact id, and for the same rows under any aliases.
 *   Rows of different pages count as different contacts.
 * - A field that the caller may not use costs nothing, nor does what is below it, nor a query's field with invalid arguments.
 *
 * It is exact where lists are full and all contacts exist, and never too low, with these exceptions, which are the same
 * for `actual`: retries, logins of the gateway and the authentication are not counted. Calls that no document shows in advance
 * are added to what was requested when they are made: pages beyond the first that fill one page of a list, prefetched pages,
 * rows that are read again after a write, and what replaces a call that the upstream does not have.
 *
 * @param plan receives the fields that need calls, where the operation is explained
 */
export function estimateCost(
  args: ValidatedExecutionArgs,
  { caller, maxPageSize, memory }: EstimateOptions,
  plan?: PlannedCalls[],
): CostEstimate {
  const counter = new CostCounter(caller, maxPageSize, args.variableValues, plan);
  const isMutation = args.operation.operation === OperationTypeNode.MUTATION;
  for (const field of findCostPlan(args, memory).fields) counter.countRootField(field, isMutation);
  return counter;
}
