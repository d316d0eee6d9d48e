import { tracingChannel } from 'node:diagnostics_channel';
import { type ExecutionArgs, execute, validateExecutionArgs } from 'graphql';
import { PlanningExecutor } from './execution/executor.ts';
import type { Plugin } from './plugin.ts';

/** What whoever traces operations or fields listens to; only graphql's own function tells them all. */
const traced = ['graphql:execute', 'graphql:resolve'].map((name) => tracingChannel(name));

/** Executes with graphql 17 instead of Yoga's own executor, and big pages by a shortcut that gives the same answer. */
export function useExecution(): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(executeByPlan);
    },
  };
}

function executeByPlan(args: ExecutionArgs) {
  if (traced.some(({ hasSubscribers }) => hasSubscribers)) return execute(args);
  const validated = validateExecutionArgs(args);
  return 'schema' in validated ? new PlanningExecutor(validated).executeRootSelectionSet() : { errors: validated };
}
