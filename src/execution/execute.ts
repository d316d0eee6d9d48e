import { tracingChannel } from 'node:diagnostics_channel';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type ExperimentalIncrementalExecutionResults,
  getOperationAST,
  OperationTypeNode,
  type ValidatedExecutionArgs,
  validateExecutionArgs,
} from 'graphql';
import { executeChannel, type GraphQLExecuteContext, traceMixed } from 'graphql/diagnostics.js';
import { BoundedExecutor } from './bounded-executor.ts';
import { ExecutionBudget } from './budget.ts';
import { usesParts } from './document-analysis.ts';
import { createDocumentMemory, type DocumentMemory } from './document-memory.ts';
import { BoundedIncrementalExecutor, fieldsPerDeferredFragment } from './incremental-executor.ts';
import { findPlans } from './plan-cache.ts';
import { PlannedExecutor } from './planned-executor.ts';
import { countResponseFields } from './response-fields/count.ts';

/** Channels of subscribers that trace operations or fields; only graphql's own executor publishes to all of them. */
const traced = ['graphql:execute', 'graphql:resolve'].map((name) => tracingChannel(name));

/** What is checked of an operation before and while it is executed. */
export type ExecutionLimits = {
  /** The result of an operation that must not be executed; undefined for any other. */
  refuse(args: ValidatedExecutionArgs): ExecutionResult | undefined | Promise<ExecutionResult | undefined>;
  /** Fields and list items that an operation may complete. */
  maxFields: number;
  /** When the operation's deadline passes, in ms on the monotonic clock of `performance.now()`. */
  endsAt: number;
  /** Keeps the plans of documents; undefined where nothing may be kept of this one. */
  memory: DocumentMemory | undefined;
  /** The caller, among whose operations the turns of the event loop are shared. */
  owner: string;
};

const unlimited: ExecutionLimits = {
  refuse: () => undefined,
  maxFields: Number.POSITIVE_INFINITY,
  endsAt: Number.POSITIVE_INFINITY,
  memory: createDocumentMemory(2 ** 25),
  owner: '',
};

/**
 * Does what graphql's `execute` does, with the same result.
 *
 * @param limits an operation beyond them is answered with one error and no data
 */
export function executePlanned(args: ExecutionArgs, limits = unlimited): ExecutionResult | Promise<ExecutionResult> {
  return isTraced() ? executeUnplanned(args, limits) : executeLimited(args, limits, startPlanned);
}

/** Does the same without plans, with graphql's executor: where `planned-execution` is switched off or fields are traced. */
export function executeUnplanned(args: ExecutionArgs, limits = unlimited): ExecutionResult | Promise<ExecutionResult> {
  return isTraced() && executeChannel !== undefined
    ? traceMixed(executeChannel, traceOf(args), () => executeLimited(args, limits, startUnplanned))
    : executeLimited(args, limits, startUnplanned);
}

/** The result of an operation: whole, or its first part and those that follow. */
export type MaybeIncremental = ExecutionResult | ExperimentalIncrementalExecutionResults;

/**
 * Executes an operation whose client accepts an answer in parts. All fields are executed at once, also those of later parts, so
 * that their upstream calls start together.
 *
 * The answer is whole where the document has no `@defer` and no `@stream`, or where it could be so large that it has to be
 * executed in several turns of the event loop, which only the planned executor does.
 *
 * @param usePlans whether a whole answer is executed by a plan
 * @param maxPageSize rows of a page whose size is not given
 */
export function executeInParts(
  args: ExecutionArgs,
  limits: ExecutionLimits,
  usePlans: boolean,
  maxPageSize: number,
): MaybeIncremental | Promise<MaybeIncremental> {
  const start: Start<MaybeIncremental> = (validated) =>
    usesParts(validated.document) &&
    countResponseFields(validated, maxPageSize, fieldsPerDeferredFragment) <= maxFieldsInParts
      ? new BoundedIncrementalExecutor(validated, budgetOf(validated, limits)).executeRootSelectionSet()
      : (usePlans && !isTraced() ? startPlanned : startUnplanned)(validated, limits);
  const execute = () => executeLimited({ ...args, enableEarlyExecution: true }, limits, start);
  return isTraced() && executeChannel !== undefined ? traceMixed(executeChannel, traceOf(args), execute) : execute();
}

/** An answer that could have more fields is not delivered in parts. Completing them takes about 50 ms. */
const maxFieldsInParts = 50_000;

function isTraced(): boolean {
  return traced.some(({ hasSubscribers }) => hasSubscribers);
}

/** Executes an operation that may be executed. */
type Start<Result> = (validated: ValidatedExecutionArgs, limits: ExecutionLimits) => Result | Promise<Result>;

const startPlanned: Start<ExecutionResult> = (validated, limits) => executeValid(validated, limits, true);
const startUnplanned: Start<ExecutionResult> = (validated, limits) => executeValid(validated, limits, false);

function executeLimited<Result>(
  args: ExecutionArgs,
  limits: ExecutionLimits,
  start: Start<Result>,
): Result | ExecutionResult | Promise<Result | ExecutionResult> {
  const validated = validateExecutionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  const refused = limits.refuse(validated);
  if (refused instanceof Promise) return refused.then((result) => result ?? start(validated, limits));
  return refused ?? start(validated, limits);
}

function budgetOf({ operation }: ValidatedExecutionArgs, { maxFields, endsAt, owner }: ExecutionLimits) {
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  return new ExecutionBudget(isMutation ? undefined : { maxFields, endsAt }, owner);
}

function executeValid(
  validated: ValidatedExecutionArgs,
  limits: ExecutionLimits,
  usePlans: boolean,
): ExecutionResult | Promise<ExecutionResult> {
  const budget = budgetOf(validated, limits);
  const { externalAbortSignal, hooks } = validated; // which the planned executor does not support
  const isPlain = usePlans && externalAbortSignal === undefined && hooks === undefined;
  const plans = isPlain ? findPlans(validated, limits.memory) : undefined;
  if (plans === undefined) return new BoundedExecutor(validated, budget).executeRootSelectionSet();
  return new PlannedExecutor(validated, plans, budget).executeRootSelectionSet();
}

/** What graphql's `execute` publishes of an operation. */
function traceOf({ schema, document, variableValues, operationName }: ExecutionArgs): GraphQLExecuteContext {
  const operation = getOperationAST(document, operationName);
  return {
    ...{ schema, document, rawVariableValues: variableValues },
    operationName: operationName ?? operation?.name?.value,
    operationType: operation?.operation,
  };
}
