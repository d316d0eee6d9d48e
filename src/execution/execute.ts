import { tracingChannel } from 'node:diagnostics_channel';
import {
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  OperationTypeNode,
  type ValidatedExecutionArgs,
  validateExecutionArgs,
} from 'graphql';
import { executeChannel, type GraphQLExecuteContext, traceMixed } from 'graphql/diagnostics.js';
import { BoundedExecutor } from './bounded-executor.ts';
import { ExecutionBudget } from './budget.ts';
import { createDocumentMemory, type DocumentMemory } from './document-memory.ts';
import { findPlans } from './plan-cache.ts';
import { PlannedExecutor } from './planned-executor.ts';

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
  /** Keeps the plans of documents. */
  memory: DocumentMemory;
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
  return isTraced() ? executeUnplanned(args, limits) : executeLimited(args, limits, true);
}

/** Does the same without plans, with graphql's executor: where `planned-execution` is switched off or fields are traced. */
export function executeUnplanned(args: ExecutionArgs, limits = unlimited): ExecutionResult | Promise<ExecutionResult> {
  return isTraced() && executeChannel !== undefined
    ? traceMixed(executeChannel, traceOf(args), () => executeLimited(args, limits, false))
    : executeLimited(args, limits, false);
}

function isTraced(): boolean {
  return traced.some(({ hasSubscribers }) => hasSubscribers);
}

function executeLimited(args: ExecutionArgs, limits: ExecutionLimits, usePlans: boolean) {
  const validated = validateExecutionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  const refused = limits.refuse(validated);
  if (refused instanceof Promise) return refused.then((result) => result ?? executeValid(validated, limits, usePlans));
  return refused ?? executeValid(validated, limits, usePlans);
}

function executeValid(
  validated: ValidatedExecutionArgs,
  { maxFields, endsAt, memory, owner }: ExecutionLimits,
  usePlans: boolean,
) {
  const isMutation = validated.operation.operation === OperationTypeNode.MUTATION;
  const budget = new ExecutionBudget(isMutation ? undefined : { maxFields, endsAt }, owner);
  const { externalAbortSignal, hooks } = validated; // which the planned executor does not support
  const isPlain = usePlans && externalAbortSignal === undefined && hooks === undefined;
  const plans = isPlain ? findPlans(validated, memory) : undefined;
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
