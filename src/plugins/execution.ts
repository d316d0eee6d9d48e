import type { ExecutionArgs, ExecutionResult, ValidatedExecutionArgs } from 'graphql';
import { clientKey } from '../attempts/client-key.ts';
import { TooManyCalls } from '../cost/too-many-calls.ts';
import { PublicError } from '../errors.ts';
import type { DocumentMemory } from '../execution/document-memory.ts';
import {
  type ExecutionLimits,
  executeInParts,
  executePlanned,
  executeUnplanned,
  type MaybeIncremental,
} from '../execution/execute.ts';
import { countFieldsWithin, type ResponseFieldLimits, refusal, tooManyFields } from '../execution/response-fields.ts';
import { selectsSecret } from '../execution/secret-fields.ts';
import { rejectAnonymous } from './anonymous-access.ts';
import { type Part, partsOf } from './incremental/part.ts';
import { addInputPaths } from './input-path.ts';
import { answerWithPlan, planCalls } from './operation-plan.ts';
import type { OperationContext, Plugin } from './plugin.ts';
import { limitResponseBytes } from './response-bytes.ts';
import { maxErrors, type ValidationOptions } from './validation.ts';

/** What the operations of one request may cost. */
export type CostLimits = ResponseFieldLimits & {
  /** Upstream calls that all operations of one request may ask for together. */
  readonly maxUpstreamCalls: number;
};

/** An operation that makes more calls waits for its capacity before it is executed; a list with branches waits in any case. */
const callsWithoutWait = 16;
/** So many fields of an answer count as one call: both stand for memory that an operation holds. */
const fieldsPerCall = 1_000;

/** Executes a validated document for a context that is complete. Its result is a stream only where the context has a `delivery`. */
export type ExecuteOperation = (args: ExecutionArgs) => OperationResult | Promise<OperationResult>;

type OperationResult = ExecutionResult | AsyncGenerator<Part, void>;

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
 * @param usePlans whether operations are executed by plans
 * @param memory keeps the documents and their plans
 */
export function executeWithin(
  usePlans: boolean,
  limits: CostLimits & { readonly maxResponseBytes: number },
  { hideSuggestions }: ValidationOptions,
  memory: DocumentMemory,
): ExecuteOperation {
  const execute = usePlans ? executePlanned : executeUnplanned;
  const countFields = countFieldsWithin(limits);
  const limitBytes = limitResponseBytes(limits.maxResponseBytes);
  const maxFields = limits.maxResponseFields;
  const options = { maxCoercionErrors: maxErrors };
  return (args) => {
    const context = (args.contextValue ?? {}) as OperationContext;
    // A request may hold several operations.
    context.mayCompress = context.mayCompress !== false && !selectsSecret(args.schema, args.document);
    const { authenticated, resolverContext, delivery, batch } = context;
    const refuse = (validated: ValidatedExecutionArgs): ReturnType<ExecutionLimits['refuse']> => {
      try {
        const fields = countFields(validated);
        const planned = answerWithPlan(validated, context, memory);
        if (planned !== undefined) return planned;
        return admit(validated, fields, context, limits, memory)?.then(() => undefined, toRefusal);
      } catch (error) {
        return toRefusal(error);
      }
    };
    const endsAt = authenticated?.deadline.endsAt ?? Number.POSITIVE_INFINITY;
    const owner = authenticated === undefined ? '' : clientKey(authenticated.caller, context.clientAddress);
    const executable = { hideSuggestions, ...args, contextValue: resolverContext, options };
    // An anonymous caller can send any number of documents, which must not take the place of those of others.
    const isAnonymous = authenticated === undefined || authenticated.caller.isAnonymous === true;
    const executionLimits = { refuse, maxFields, endsAt, memory: isAnonymous ? undefined : memory, owner };
    // The answers to a batch are one JSON text.
    const result =
      rejectAnonymous(args) ??
      (delivery === undefined || batch !== undefined
        ? execute(executable, executionLimits)
        : executeInParts(executable, executionLimits, usePlans, limits.maxPageSize));
    const finish = (whole: ExecutionResult) => limitBytes(whole, context, owner);
    if (result instanceof Promise) return settleAfter(result, context, finish);
    if ('initialResult' in result) return partsOf(result);
    settle(context);
    // Variables that cannot be coerced are the only errors without data that are about an input.
    if (result.errors === undefined || result.data !== undefined) return finish(result);
    return { ...result, errors: addInputPaths(result.errors, args.document) };
  };
}

/**
 * Checks and records what an operation costs before anything of it is executed: its upstream calls, those of its caller over
 * time, and whether its caller has capacity for it now.
 *
 * @param fields the number of fields of its answer
 * @param memory where its document is kept
 * @returns a promise to wait for, where the operation has to wait
 * @throws {TooManyCalls}, {RateLimited}, {Overloaded}
 */
function admit(
  args: ValidatedExecutionArgs,
  fields: number,
  context: OperationContext,
  { maxUpstreamCalls, maxResponseFields }: CostLimits,
  memory: DocumentMemory,
): Promise<void> | void {
  const { authenticated, resolverContext, batch } = context;
  if (authenticated === undefined || resolverContext === undefined) return;
  const { usage } = authenticated;
  const { calls, largest } = planCalls(args, context, resolverContext, usage, memory);
  const requested = calls + (batch?.requestedCalls ?? 0);
  if (requested > maxUpstreamCalls) throw new TooManyCalls(requested, maxUpstreamCalls, largest);
  if (batch !== undefined) {
    if (batch.responseFields + fields > maxResponseFields) throw tooManyFields(maxResponseFields);
    batch.requestedCalls = requested;
    batch.responseFields += fields;
  }
  usage.expectedCalls = Math.max(calls, Math.ceil(fields / fieldsPerCall));
  const taken = resolverContext.callAllowance.take(calls);
  if (usage.expectedCalls <= callsWithoutWait) return taken;
  const wait = () => resolverContext.waitForFanOut(usage.expectedCalls);
  return taken instanceof Promise ? taken.then(wait) : wait();
}

function toRefusal(error: unknown): ExecutionResult {
  if (error instanceof PublicError) return refusal(error);
  throw error;
}

/**
 * No async function, because a pending one holds memory for each operation (ADR 26). An executor rejects only by a defect, and
 * what such an operation has taken is added again with time.
 */
function settleAfter(
  result: Promise<MaybeIncremental>,
  context: OperationContext,
  finish: (result: ExecutionResult) => ExecutionResult | Promise<ExecutionResult>,
): Promise<OperationResult> {
  return result.then((settled): OperationResult | Promise<OperationResult> => {
    if ('initialResult' in settled) return partsOf(settled);
    settle(context);
    return finish(settled);
  });
}

/** Gives back the calls that an operation has taken from its caller's budget and not made; it is called once, at the end. */
export function settle({ cost, resolverContext }: OperationContext): void {
  if (cost !== undefined) resolverContext?.callAllowance.settle(cost.actual);
}
