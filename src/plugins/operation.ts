import { getOperationAST } from 'graphql';
import type { Signal } from '../abort.ts';
import type { Authenticate, RequestHeaders } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { type Context, type ContextOptions, createContext } from '../context.ts';
import { createDeadline, type Deadline } from '../deadline.ts';
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

/** What of a request an operation begins with. */
export type OperationRequest = { readonly headers: RequestHeaders; readonly signal: Signal };

/**
 * Begins an operation, by whatever door it came: who asks, until when, and with what. Its deadline is to be ended with it.
 *
 * @param extensions of the request's parameters
 * @throws what `authenticate` throws: nobody is let in then
 */
export type Begin = (
  request: OperationRequest,
  extensions: Readonly<Record<string, unknown>> | null | undefined,
) => Promise<Context & { deadline: Deadline }>;

export function beginBy({ authenticate, idempotency, deadlineMs, mayExplain, ...shared }: OperationOptions): Begin {
  return async ({ headers, signal }, extensions) => {
    const deadline = createDeadline(deadlineMs, signal);
    const caller = await abortable(authenticate(headers), deadline.signal).catch((error: unknown) => {
      deadline.end();
      throw error;
    });
    const onceOf = (caller: Caller) => idempotency(caller, headers.get('idempotency-key') ?? undefined);
    const mustBeFresh = /\bno-cache\b/i.test(headers.get('cache-control') ?? '');
    const explain = mayExplain && extensions?.['explain'] === true;
    return { deadline, ...createContext({ ...shared, caller, onceOf, deadline, mustBeFresh, explain }) };
  };
}

/** Begins and ends the operations that come through Yoga's own door. */
export function useOperation(begin: Begin): Plugin {
  return {
    async onContextBuilding({ context, extendContext }) {
      extendContext(await begin(context.request, context.params.extensions));
    },
    onExecute({ args, extendContext }) {
      extendContext({ operation: getOperationAST(args.document, args.operationName) ?? undefined });
      return { onExecuteDone: () => (args.contextValue as OperationContext).deadline?.end() };
    },
  };
}
