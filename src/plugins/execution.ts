import { tracingChannel } from 'node:diagnostics_channel';
import { type ExecutionArgs, execute, executeRootSelectionSet, validateExecutionArgs } from 'graphql';
import { refuseAnonymous } from './anonymous.ts';
import { PlanningExecutor } from './execution/executor.ts';
import { plansFor } from './execution/plans.ts';
import type { Plugin } from './plugin.ts';
import { maxErrors, type ValidationOptions } from './validation.ts';

/** What whoever traces operations or fields listens to; only graphql's own function tells them all. */
const traced = ['graphql:execute', 'graphql:resolve'].map((name) => tracingChannel(name));

/** Executes with graphql 17 instead of Yoga's own executor, by a plan that is made once for a document. */
export function useExecution({ hideSuggestions }: ValidationOptions): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => executeOperation({ hideSuggestions, ...args }));
    },
  };
}

/** Executes an operation that has begun, by whatever door it came. */
export function executeOperation(args: ExecutionArgs) {
  return refuseAnonymous(args) ?? executeByPlan({ ...args, options: { maxCoercionErrors: maxErrors } });
}

/** What graphql's `execute` does, with the same answer. */
export function executeByPlan(args: ExecutionArgs) {
  if (traced.some(({ hasSubscribers }) => hasSubscribers)) return execute(args);
  const validated = validateExecutionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  const { externalAbortSignal, hooks } = validated; // that nobody here uses, and the planning executor leaves out
  const plans = externalAbortSignal === undefined && hooks === undefined ? plansFor(validated) : undefined;
  if (plans === undefined) return executeRootSelectionSet(validated);
  return new PlanningExecutor(validated, plans).executeRootSelectionSet();
}
