import type { IncomingMessage } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Signal } from '../async/abort-signal.ts';
import { toError } from '../errors.ts';
import type { OperationRequest } from '../plugins/operation.ts';
import type { Authenticated } from '../plugins/plugin.ts';
import { rateLimitHeaders } from '../plugins/result-pipeline.ts';
import { executeCachedDocument } from './executed-document.ts';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import { type RequestParams, toHeaderList } from './request.ts';
import { type SerializedResponse, serializeResponse } from './response.ts';

/** A request to execute; its body is needed only where foreign plugins may read it. */
export type FastPathExecution = Pick<FastPathRequest, 'message' | 'accepted' | 'context'> & {
  body?: Buffer;
  params: RequestParams;
  /** Aborts when no client waits for the response any more. */
  signal: Signal;
};

/** Authenticates the caller, executes the operation of a request and serializes its response, also of a refusal. */
export async function executeRequest(
  gateway: FastPathGateway,
  { message, body, accepted, context, params, signal }: FastPathExecution,
): Promise<SerializedResponse> {
  const hasForeignPlugins = gateway.foreignPlugins.length > 0;
  const request = hasForeignPlugins ? toRequest(message, body, signal) : new PlainRequest(message, signal);
  const respondWith = (error: unknown) => serialize({ errors: [toGraphQLError(error)] }, gateway, context, accepted);
  let authenticated: Authenticated;
  try {
    authenticated = await gateway.authenticateRequest(request, context);
  } catch (error) {
    return respondWith(error);
  }
  Object.assign(context, { authenticated });
  try {
    const cached = hasForeignPlugins
      ? undefined
      : await executeCachedDocument(gateway, { request, params, context, authenticated });
    // Yoga's hooks need no more of a Request and of a server context than these have, and nothing is delivered in parts.
    const result =
      cached ??
      ((await gateway.getResultForParams(
        { params, request: request as unknown as Request },
        context as never,
      )) as ExecutionResult);
    return serialize(result, gateway, context, accepted);
  } catch (error) {
    return respondWith(error);
  } finally {
    authenticated.deadline.end();
  }
}

/** No closure of an execution, because each pending one would hold memory for it (ADR 26). */
function serialize(
  result: ExecutionResult,
  { finish }: FastPathGateway,
  context: FastPathRequest['context'],
  { mediaType }: FastPathRequest['accepted'],
): SerializedResponse {
  return serializeResponse(finish(result, context), mediaType, rateLimitHeaders(context), context.mayCompress === true);
}

function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = toError(error);
  return new GraphQLError(originalError.message, { originalError });
}

/** What the gateway's own plugins read of a `Request`, which is expensive to create. */
class PlainRequest implements OperationRequest {
  readonly method = 'POST';
  readonly url = 'http://gateway/graphql';
  readonly headers: { get(name: string): string | null };
  readonly signal: Signal;

  constructor({ headers }: IncomingMessage, signal: Signal) {
    this.headers = { get: (name) => headers[name]?.toString() ?? null };
    this.signal = signal;
  }
}

/** A complete `Request`: a foreign plugin may read anything of it. */
function toRequest({ headers, url }: IncomingMessage, body: Buffer | undefined, signal: Signal): Request {
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(signal.reason));
  return new Request(`http://${headers.host ?? 'gateway'}${url}`, {
    method: 'POST',
    headers: toHeaderList(headers),
    body: new Uint8Array(body ?? []),
    signal: controller.signal,
  });
}
