import type { IncomingMessage } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Signal } from '../async/abort-signal.ts';
import { toError } from '../errors.ts';
import type { Gateway } from '../gateway.ts';
import type { Authenticated } from '../plugins/plugin.ts';
import { executeCachedDocument } from './executed-document.ts';
import type { FastPathRequest } from './pending-request.ts';
import type { RequestParams } from './request.ts';
import { type SerializedResponse, serializeResponse } from './response.ts';

export type FastPathExecution = Pick<FastPathRequest, 'message' | 'mediaType' | 'context'> & {
  params: RequestParams;
  /** Aborts when nobody waits for the answer any more. */
  signal: Signal;
};

/**
 * Authenticates the caller, and then sends parameters through all that Yoga and the plugins do with them.
 *
 * @returns undefined when they were refused: nothing was executed then
 */
export async function executeRequest(
  gateway: Gateway,
  { message, mediaType, context, params, signal }: FastPathExecution,
): Promise<SerializedResponse | undefined> {
  const request = new PlainRequest(message, signal);
  const respondWith = (error: unknown) => {
    const originalError = toError(error);
    const errors = [new GraphQLError(originalError.message, { originalError })];
    return serializeResponse(gateway.finish({ errors }, context), mediaType);
  };
  let authenticated: Authenticated;
  try {
    authenticated = await gateway.authenticateRequest(request);
  } catch (error) {
    return respondWith(error);
  }
  Object.assign(context, { authenticated });
  try {
    const result =
      (await executeCachedDocument(gateway, { request, params, context, authenticated })) ??
      // As much of a Request as plugins look at; a server context, which grows; and there are no streams.
      ((await gateway.getResultForParams(
        { params, request: request as unknown as Request },
        context as never,
      )) as ExecutionResult);
    return serializeResponse(gateway.finish(result, context), mediaType);
  } catch (error) {
    return context.operation === undefined ? undefined : respondWith(error);
  } finally {
    authenticated.deadline.end();
  }
}

class PlainRequest {
  readonly method = 'POST';
  readonly url = 'http://gateway/graphql';
  readonly headers: { get(name: string): string | null };
  readonly signal: Signal;

  constructor({ headers }: IncomingMessage, signal: Signal) {
    this.headers = { get: (name) => headers[name]?.toString() ?? null };
    this.signal = signal;
  }
}
