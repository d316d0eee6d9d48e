import type { ExecutionResult, ValidatedExecutionArgs } from 'graphql';
import type { Context } from '../context.ts';
import { estimateCost } from '../cost/estimate-cost.ts';
import { type CostEstimate, OperationCost, type PlannedCalls } from '../cost/operation-cost.ts';
import { BadUserInput } from '../errors.ts';
import type { DocumentMemory } from '../execution/document-memory.ts';
import { refusal } from '../execution/response-fields.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import type { OperationContext } from './plugin.ts';

/** Computes what an operation costs, and which fields need calls, where it is explained. */
export function planCalls(
  args: ValidatedExecutionArgs,
  context: OperationContext,
  { caller, maxPageSize }: Context,
  usage: UpstreamUsage,
  memory: DocumentMemory,
): CostEstimate {
  const plan: PlannedCalls[] | undefined = usage.steps && [];
  const estimate = estimateCost(args, { caller, maxPageSize, memory }, plan);
  context.cost = new OperationCost(estimate.calls, usage);
  if (plan !== undefined) context.plan = plan;
  return estimate;
}

/**
 * Answers a client that asks for the plan of its operation instead of the execution. An operation that costs more than allowed
 * has a plan, too, and a plan takes nothing from the budget of its caller.
 *
 * @returns undefined for an operation that is to be executed
 */
export function answerWithPlan(
  args: ValidatedExecutionArgs,
  context: OperationContext,
  memory: DocumentMemory,
): ExecutionResult | undefined {
  const { authenticated, resolverContext } = context;
  if (authenticated === undefined || resolverContext === undefined) return undefined;
  const { planRequest } = resolverContext;
  if (planRequest === 'none') return undefined;
  if (planRequest === 'refused') return refusal(new BadUserInput(noPlan));
  planCalls(args, context, resolverContext, authenticated.usage, memory);
  return { data: {} };
}

const noPlan =
  'Nothing was executed: "extensions.explainOnly" is true or false, and true only where the gateway may explain operations (EXPLAIN).';
