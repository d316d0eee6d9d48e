import type { ValidatedExecutionArgs } from 'graphql';
import type { Context } from '../context.ts';
import { countResponseFields } from '../execution/response-fields/count.ts';
import type { CostEstimate } from './operation-cost.ts';

/** Of whom and within which limits an operation is estimated. */
export type EstimateOptions = Pick<Context, 'caller' | 'maxPageSize'>;

/** Estimates the upstream calls of an operation. This is an upper bound still: one call for each field of the answer. */
export function estimateCost(args: ValidatedExecutionArgs, { maxPageSize }: EstimateOptions): CostEstimate {
  return { calls: countResponseFields(args, maxPageSize), largest: undefined };
}
