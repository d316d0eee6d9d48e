import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import type { Plugin, YogaServerInstance } from 'graphql-yoga';
import type { DocumentCache } from '../plugins/document-cache.ts';
import type { AuthenticateRequest, StartOperation } from '../plugins/operation.ts';
import type { OperationContext, ServerContext } from '../plugins/plugin.ts';
import type { startRequest } from '../plugins/request-id.ts';
import type { ResultStep } from '../plugins/result-pipeline.ts';
import type { ActiveSpan } from '../tracing/active-span.ts';
import type { ClientAddressOf } from './client-address.ts';
import type { FailureHandler } from './failure.ts';
import type { Accepted, RequestParams } from './request.ts';
import type { WriteAnswer } from './write-answer.ts';
import type { WriteParts } from './write-parts.ts';

/** What the fast path needs of a gateway: Yoga, and what the gateway's own plugins do at each step of a request. */
export type FastPathGateway = Pick<YogaServerInstance<ServerContext, object>, 'fetch' | 'getResultForParams'> & {
  /** Answers any request through Yoga. */
  readonly yogaPath: RequestListener;
  readonly fail: FailureHandler;
  readonly writeAnswer: WriteAnswer;
  readonly writeParts: WriteParts;
  readonly clientAddressOf: ClientAddressOf;
  /** Finds the span of a request; undefined where nothing is traced. */
  spanOf(request: IncomingMessage): ActiveSpan | undefined;
  readonly documents: DocumentCache;
  /** Puts the text of a trusted document in the place of its id; returns any other parameters unchanged. */
  resolveTrusted(params: RequestParams): RequestParams;
  readonly authenticateRequest: AuthenticateRequest;
  readonly startOperation: StartOperation;
  /** Executes an operation of a valid document; its context is complete. */
  execute(args: Omit<ExecutionArgs, 'schema'>): object | Promise<object>;
  /** Turns the result of an operation into what the client gets. */
  readonly finish: ResultStep;
  /** Logs a request that was answered with the response of another one. */
  logShared(context: ServerContext, leader: ServerContext): void;
  /** Whether every request to the graph needs the header `Authorization`. */
  readonly requiresAuthorization: boolean;
  /** Whether identical pending operations share one execution. */
  readonly sharesOperations: boolean;
  /** The number of revoked tokens of callers so far. */
  revocations(): number;
  /** Plugins that are not the gateway's own: each of their hooks is called for each execution. */
  readonly foreignPlugins: readonly Plugin[];
};

/** A JSON POST request that is answered by the fast path; its body has been read. */
export type FastPathRequest = {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly accepted: Accepted;
  readonly context: ReturnType<typeof startRequest> & OperationContext;
};
