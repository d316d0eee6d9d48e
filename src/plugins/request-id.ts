import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ActiveSpan } from '../tracing/active-span.ts';
import type { Plugin, ServerContext } from './plugin.ts';

/** The header with the request id: a client may send one, and the response has it. */
export const requestIdHeader = 'x-request-id';

/** The default of responses: they belong to one caller, so no shared cache may keep them. */
export const noStoreHeaders = { 'cache-control': 'private, no-store' };

/**
 * Starts a request, on both paths: its start time, its request id and its client.
 *
 * @param clientId the id that the client sent; it is used when it is safe in headers and logs
 * @param clientAddress the address of the client, if the request came over a socket
 * @param span the span of the request, where it is traced
 */
export function startRequest(
  clientId: string | null | undefined,
  clientAddress?: string | undefined,
  span?: ActiveSpan,
): ServerContext & { requestId: string } {
  const requestId = clientId != null && /^[\w-]{1,64}$/.test(clientId) ? clientId : randomUUID();
  return { requestId, startedAt: performance.now(), clientAddress, span };
}

/**
 * Starts the requests of the Yoga path, and completes the headers of their responses.
 *
 * @param clientAddressOf finds the address of the client of a request
 * @param spanOf finds the span of a request
 */
export function useRequestId(
  clientAddressOf: (request: IncomingMessage) => string | undefined,
  spanOf: (request: IncomingMessage) => ActiveSpan | undefined,
): Plugin {
  return {
    onRequest({ request, serverContext }) {
      const { req } = serverContext as { req?: IncomingMessage }; // absent where the request came through `fetch`
      const clientId = request.headers.get(requestIdHeader);
      Object.assign(serverContext, startRequest(clientId, req && clientAddressOf(req), req && spanOf(req)));
    },
    onResponse({ response, serverContext }) {
      // A plugin of Yoga that answers first, like the health check, skips `onRequest` of this plugin.
      if (serverContext.requestId === undefined) return;
      response.headers.set(requestIdHeader, serverContext.requestId);
      for (const [name, value] of Object.entries(noStoreHeaders)) {
        if (!response.headers.has(name)) response.headers.set(name, value);
      }
    },
  };
}
