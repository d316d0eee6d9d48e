import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { executePlanned } from '../execution/execute.ts';
import { limitResponseFields, type ResponseFieldLimits } from '../execution/response-fields.ts';
import { rejectAnonymous } from './anonymous-access.ts';
import type { OperationContext, Plugin } from './plugin.ts';
import { maxErrors, type ValidationOptions } from './validation.ts';

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

/** Creates the function that executes operations on both paths, within the limits of what one may answer. */
export function executeWithin(limits: ResponseFieldLimits, { hideSuggestions }: ValidationOptions): ExecuteOperation {
  const refuse = limitResponseFields(limits);
  const maxFields = limits.maxResponseFields;
  const options = { maxCoercionErrors: maxErrors };
  return (args) => {
    const { authenticated, resolverContext } = (args.contextValue ?? {}) as OperationContext;
    const endsAt = authenticated?.deadline.endsAt ?? Number.POSITIVE_INFINITY;
    return (
      rejectAnonymous(args) ??
      executePlanned(
        { hideSuggestions, ...args, contextValue: resolverContext, options },
        { refuse, maxFields, endsAt },
      )
    );
  };
}
