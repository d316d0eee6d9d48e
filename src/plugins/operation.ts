import { getOperationAST } from 'graphql';
import type { Signal } from '../async/abort-signal.ts';
import { abortable } from '../async/abortable.ts';
import { createDeadline } from '../async/deadline.ts';
import type { Authenticate, RequestHeaders } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import type { Context, PlanRequest } from '../context.ts';
import { UpstreamTimeout } from '../errors.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import type { ContextOptions } from '../operation/context-options.ts';
import { createContext } from '../operation/operation.ts';
import { OperationTokenCall } from '../operation/token-call.ts';
import { createUsage } from '../upstream/operation/usage.ts';
import type { Authenticated, OperationContext, Plugin, ServerContext } from './plugin.ts';

/** What the operations of a gateway share. */
export type OperationOptions = Omit<
  ContextOptions,
  | 'caller'
  | 'clientAddress'
  | 'createIdempotentWrite'
  | 'deadline'
  | 'mustBeFresh'
  | 'planRequest'
  | 'showsCost'
  | 'usage'
> & {
  authenticate: Authenticate;
  idempotency: Idempotency;
  deadlineMs: number;
  /** Whether an operation is explained when its request has `explain` or `explainOnly` in its `extensions`. */
  mayExplain: boolean;
};

/** What is read of a request to start its operation. */
export type OperationRequest = { readonly headers: RequestHeaders; readonly signal: Signal };

/**
 * Establishes the caller of a request, and starts the deadline of its operation, before anything of its document is parsed:
 * a request of an unknown caller costs only the check of its headers. The deadline must be ended with the request.
 *
 * @param context what the plugins share about the request
 * @throws what `Authenticate` throws, and {UpstreamTimeout} when the deadline passes meanwhile
 */
export type AuthenticateRequest = (request: OperationRequest, context?: ServerContext) => Promise<Authenticated>;

/**
 * Creates the context of an operation of an authenticated caller.
 *
 * @param extensions the `extensions` of the request's parameters
 * @param clientAddress the address of the client, if it is known
 */
export type StartOperation = (
  request: OperationRequest,
  authenticated: Authenticated,
  extensions: Readonly<Record<string, unknown>> | null | undefined,
  clientAddress: string | undefined,
) => Context;

/** Creates the two steps that start each operation, on the fast path and on the Yoga path. */
export function createOperationSteps({
  authenticate,
  idempotency,
  deadlineMs,
  mayExplain,
  ...shared
}: OperationOptions): { authenticateRequest: AuthenticateRequest; startOperation: StartOperation } {
  return {
    async authenticateRequest({ headers, signal }, { requestId, span } = {}) {
      const deadline = createDeadline(deadlineMs, signal);
      const usage = createUsage({ explain: mayExplain, requestId, span });
      try {
        const call = new OperationTokenCall(shared.send, deadline, usage);
        const caller = await abortable(authenticate(headers, call), deadline.signal);
        return { deadline, usage, caller };
      } catch (error) {
        deadline.end();
        throw isTimeout(error) ? new UpstreamTimeout('The access token could not be verified in time.') : error;
      }
    },
    startOperation({ headers }, { caller, deadline, usage }, extensions, clientAddress) {
      const createIdempotentWrite = (caller: Caller) =>
        idempotency(caller, headers.get('idempotency-key') ?? undefined);
      const mustBeFresh = /\bno-cache\b/i.test(headers.get('cache-control') ?? '');
      const planRequest = readPlanRequest(extensions?.['explainOnly'], mayExplain);
      if (extensions?.['explain'] !== true && planRequest !== 'allowed') usage.discardSteps();
      usage.startSpan();
      const showsCost = extensions?.['cost'] === true;
      return createContext({
        ...shared,
        caller,
        clientAddress,
        createIdempotentWrite,
        deadline,
        mustBeFresh,
        planRequest,
        showsCost,
        usage,
      });
    },
  };
}

/** Anything but true or false is refused as well: what the client does not want executed must not be executed. */
function readPlanRequest(explainOnly: unknown, mayExplain: boolean): PlanRequest {
  if (explainOnly == null || explainOnly === false) return 'none';
  return explainOnly === true && mayExplain ? 'allowed' : 'refused';
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

/**
 * Authenticates and starts the operations of the Yoga path. On the fast path, which enters Yoga with parameters, the caller
 * is already in the context.
 */
export function useOperation(authenticate: AuthenticateRequest, startOperation: StartOperation): Plugin {
  return {
    async onRequestParse({ request, serverContext }) {
      if (request.method !== 'GET' && request.method !== 'POST') return; // Yoga answers any other method with 405
      serverContext.authenticated = await authenticate(request, serverContext);
    },
    onContextBuilding({ context, extendContext }) {
      const { authenticated, params, request, clientAddress } = context;
      if (authenticated === undefined) throw new Error('An operation without an authenticated caller.');
      extendContext({ resolverContext: startOperation(request, authenticated, params.extensions, clientAddress) });
    },
    onExecute({ args, extendContext }) {
      extendContext({ operation: getOperationAST(args.document, args.operationName) ?? undefined });
    },
    onResponse({ serverContext }) {
      const { authenticated, parts } = serverContext as ServerContext & OperationContext;
      if (parts === undefined) authenticated?.deadline.end(); // else the operation ends with the last part
    },
  };
}
