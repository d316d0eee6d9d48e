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
import { refuseAnonymous } from './anonymous.ts';
import { BoundedExecutor } from './execution/bounded-executor.ts';
import { ExecutionBudget } from './execution/budget.ts';
import { PlanningExecutor } from './execution/executor.ts';
import { plansFor } from './execution/plans.ts';
import type { OperationContext, Plugin } from './plugin.ts';
import { limitResponseFields, type ResponseFieldLimits } from './response-fields.ts';
import { maxErrors, type ValidationOptions } from './validation.ts';

/** Channels of those who trace operations or fields; only graphql's own executor publishes to all of them. */
const traced = ['graphql:execute', 'graphql:resolve'].map((name) => tracingChannel(name));

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Executes with graphql 17 instead of Yoga's own executor, by a plan that is made once for a document. */
export function useExecution(execute: Execute): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute);
    },
  };
}

/** Executes operations whose context is complete, on both paths, within the limits of what one may answer. */
export function executeWithin(limits: ResponseFieldLimits, { hideSuggestions }: ValidationOptions): Execute {
  const refuse = limitResponseFields(limits);
  const maxFields = limits.maxResponseFields;
  const options = { maxCoercionErrors: maxErrors };
  return (args) => refuseAnonymous(args) ?? executeByPlan({ hideSuggestions, ...args, options }, { refuse, maxFields });
}

/** What is checked of an operation before and while it is executed. */
type Limits = {
  refuse(args: ValidatedExecutionArgs): ExecutionResult | undefined;
  maxFields: number;
};

const unlimited: Limits = { refuse: () => undefined, maxFields: Number.POSITIVE_INFINITY };

/**
 * Does what graphql's `execute` does, with the same answer.
 *
 * @param limits an operation beyond them is answered with one error and no data
 */
export const executeByPlan = (args: ExecutionArgs, limits = unlimited) =>
  traced.some(({ hasSubscribers }) => hasSubscribers) && executeChannel !== undefined
    ? traceMixed(executeChannel, traceOf(args), () => executeLimited(args, limits, true))
    : executeLimited(args, limits, false);

function executeLimited(args: ExecutionArgs, { refuse, maxFields }: Limits, isTraced: boolean) {
  const validated = validateExecutionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  const refused = refuse(validated);
  if (refused !== undefined) return refused;
  const isMutation = validated.operation.operation === OperationTypeNode.MUTATION;
  const { authenticated } = (args.contextValue ?? {}) as OperationContext;
  const endsAt = authenticated?.deadline.endsAt ?? Number.POSITIVE_INFINITY;
  const budget = new ExecutionBudget(isMutation ? undefined : { maxFields, endsAt });
  const { externalAbortSignal, hooks } = validated; // which the planning executor does not support
  const isPlain = !isTraced && externalAbortSignal === undefined && hooks === undefined;
  const plans = isPlain ? plansFor(validated) : undefined;
  if (plans === undefined) return new BoundedExecutor(validated, budget).executeRootSelectionSet();
  return new PlanningExecutor(validated, plans, budget).executeRootSelectionSet();
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
