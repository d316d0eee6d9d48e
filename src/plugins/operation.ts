import { getOperationAST } from 'graphql';
import type { Authenticate } from '../auth/authenticate.ts';
import { type ContextOptions, createContext } from '../context.ts';
import { createDeadline, type Deadline } from '../deadline.ts';
import type { Plugin } from './plugin.ts';

export type OperationOptions = Omit<ContextOptions, 'caller' | 'signal'> & {
  authenticate: Authenticate;
  deadlineMs: number;
};

/** The life of an operation: who asks, until when, and with what; its deadline ends with it. */
export function useOperation({ authenticate, deadlineMs, ...shared }: OperationOptions): Plugin {
  const deadlines = new WeakMap<object, Deadline>();
  return {
    onContextBuilding({ context, extendContext }) {
      const caller = authenticate(context.request.headers);
      const deadline = createDeadline(deadlineMs, context.request.signal);
      extendContext(createContext({ ...shared, caller, signal: deadline.signal }));
      deadlines.set(context, deadline);
    },
    onExecute({ args, extendContext }) {
      extendContext({ operation: getOperationAST(args.document, args.operationName) ?? undefined });
      return { onExecuteDone: () => deadlines.get(args.contextValue)?.end() };
    },
  };
}
