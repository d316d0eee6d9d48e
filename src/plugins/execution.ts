import type { ExecutionArgs, ExecutionResult, ValidatedExecutionArgs } from 'graphql';
import { clientKey } from '../attempts/client-key.ts';
import type { Context } from '../context.ts';
import { estimateCost } from '../cost/estimate-cost.ts';
import { OperationCost } from '../cost/operation-cost.ts';
import { TooManyCalls } from '../cost/too-many-calls.ts';
import { RateLimited } from '../errors.ts';
import type { DocumentMemory } from '../execution/document-memory.ts';
import type { ExecutionLimits, executePlanned } from '../execution/execute.ts';
import { limitResponseFields, type ResponseFieldLimits, refusal } from '../execution/response-fields.ts';
import { selectsSecret } from '../execution/secret-fields.ts';
import { rejectAnonymous } from './anonymous-access.ts';
import { addInputPaths } from './input-path.ts';
import type { OperationContext, Plugin } from './plugin.ts';
import { limitResponseBytes } from './response-bytes.ts';
import { maxErrors, type ValidationOptions } from './validation.ts';

/** What the operations of one request may cost. */
export type CostLimits = {
  /** Upstream calls that all operations of one request may ask for together. */
  readonly maxUpstreamCalls: number;
};

/** Executes a validated document for a context that is complete. */
export type ExecuteOperation = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Executes operations with `execute` instead of Yoga's own executor. */
export function useExecution(execute: ExecuteOperation): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute);
    },
  };
}

/**
 * Creates the function that executes operations on both paths, within the limits of one response.
 *
 * @param execute the executor, which checks the limits on fields and time
 * @param memory keeps the plans of documents
 */
export function executeWithin(
  execute: typeof executePlanned,
  limits: ResponseFieldLimits & CostLimits & { readonly maxResponseBytes: number },
  { hideSuggestions }: ValidationOptions,
  memory: DocumentMemory,
): ExecuteOperation {
  const refuseFields = limitResponseFields(limits);
  const limitBytes = limitResponseBytes(limits.maxResponseBytes);
  const maxFields = limits.maxResponseFields;
  const options = { maxCoercionErrors: maxErrors };
  return (args) => {
    const context = (args.contextValue ?? {}) as OperationContext;
    // A request may hold several operations.
    context.mayCompress = context.mayCompress !== false && !selectsSecret(args.schema, args.document);
    const { authenticated, resolverContext } = context;
    const refuse = (validated: ValidatedExecutionArgs) =>
      refuseFields(validated) ?? refuseCost(validated, context, limits);
    const endsAt = authenticated?.deadline.endsAt ?? Number.POSITIVE_INFINITY;
    const owner = authenticated === undefined ? '' : clientKey(authenticated.caller, context.clientAddress);
    const executable = { hideSuggestions, ...args, contextValue: resolverContext, options };
    const result = rejectAnonymous(args) ?? execute(executable, { refuse, maxFields, endsAt, memory, owner });
    const finish = (whole: ExecutionResult) => limitBytes(whole, context, owner);
    if (result instanceof Promise) return settleAfter(result, context, finish);
    settle(context);
    // Variables that cannot be coerced are the only errors without data that are about an input.
    if (result.errors === undefined || result.data !== undefined) return finish(result);
    return { ...result, errors: addInputPaths(result.errors, args.document) };
  };
}

/** Refuses an operation that asks for too many upstream calls, and keeps in its context what it costs. */
function refuseCost(
  args: ValidatedExecutionArgs,
  context: OperationContext,
  { maxUpstreamCalls }: CostLimits,
): ReturnType<ExecutionLimits['refuse']> {
  const { authenticated, resolverContext } = context;
  if (authenticated === undefined || resolverContext === undefined) return undefined;
  const { calls, largest } = estimateCost(args, resolverContext);
  const { usage } = authenticated;
  context.cost = new OperationCost(calls, usage);
  const requested = usage.requested + calls;
  if (requested > maxUpstreamCalls) return refusal(new TooManyCalls(requested, maxUpstreamCalls, largest));
  usage.requested = requested;
  return takeCalls(calls, resolverContext);
}

/** Takes the calls of an operation from its caller's budget, and refuses the operation where the caller has fewer. */
function takeCalls(calls: number, { callAllowance }: Context): ReturnType<ExecutionLimits['refuse']> {
  try {
    return callAllowance.take(calls)?.then(() => undefined, refuseRateLimited);
  } catch (error) {
    return refuseRateLimited(error);
  }
}

function refuseRateLimited(error: unknown): ExecutionResult {
  if (error instanceof RateLimited) return refusal(error);
  throw error;
}

/**
 * No async function, because a pending one holds memory for each operation (ADR 26). An executor rejects only by a defect, and
 * what such an operation has taken is added again with time.
 */
function settleAfter(
  result: Promise<ExecutionResult>,
  context: OperationContext,
  finish: (result: ExecutionResult) => ExecutionResult | Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  return result.then((whole) => {
    settle(context);
    return finish(whole);
  });
}

/** Gives back the calls that an operation has taken from its caller's budget and not made. */
function settle({ cost, resolverContext }: OperationContext): void {
  if (cost !== undefined) resolverContext?.callAllowance.settle(cost.actual);
}
