import { getOperationAST } from 'graphql';
import type { Authenticate } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { type ContextOptions, createContext } from '../context.ts';
import { createDeadline } from '../deadline.ts';
import type { Idempotency } from '../idempotency.ts';
import { abortable } from '../upstream/abortable.ts';
import type { OperationContext, Plugin } from './plugin.ts';

export type OperationOptions = Omit<ContextOptions, 'caller' | 'onceOf' | 'deadline' | 'mustBeFresh' | 'explain'> & {
  authenticate: Authenticate;
  idempotency: Idempotency;
  deadlineMs: number;
  /** Whether callers may ask an operation to explain itself. */
  mayExplain: boolean;
};

/** The life of an operation: who asks, until when, and with what; its deadline ends with it. */
export function useOperation({
  authenticate,
  idempotency,
  deadlineMs,
  mayExplain,
  ...shared
}: OperationOptions): Plugin {
  return {
    async onContextBuilding({ context, extendContext }) {
      const { headers } = context.request;
      const { extensions } = context.params;
      const deadline = createDeadline(deadlineMs, context.request.signal);
      const caller = await abortable(authenticate(headers), deadline.signal).catch((error: unknown) => {
        deadline.end();
        throw error;
      });
      const onceOf = (caller: Caller) => idempotency(caller, headers.get('idempotency-key') ?? undefined);
      const mustBeFresh = /\bno-cache\b/i.test(headers.get('cache-control') ?? '');
      const explain = mayExplain && extensions?.['explain'] === true;
      extendContext({ deadline, ...createContext({ ...shared, caller, onceOf, deadline, mustBeFresh, explain }) });
    },
    onExecute({ args, extendContext }) {
      extendContext({ operation: getOperationAST(args.document, args.operationName) ?? undefined });
      return { onExecuteDone: () => (args.contextValue as OperationContext).deadline?.end() };
    },
  };
}
