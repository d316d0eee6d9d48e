import { randomUUID } from 'node:crypto';
import type { Plugin, ServerContext } from './plugin.ts';

/** The header in which a client names its request, and is answered how it is called. */
export const requestIdHeader = 'x-request-id';

/** Of answers that say nothing else: they are one caller's, and nobody on the way may keep them. */
export const noStoreHeaders = { 'cache-control': 'private, no-store' };

/**
 * What every request begins with, by whatever door it came: when that was, and an id.
 *
 * @param given the client's own id, taken if it is harmless in headers and logs
 */
export function startRequest(given: string | null | undefined): ServerContext & { requestId: string } {
  const requestId = given != null && /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
  return { requestId, startedAt: performance.now() };
}

/** Begins a request that comes through Yoga's own door. */
export function useRequestId(): Plugin {
  return {
    onRequest({ request, serverContext }) {
      Object.assign(serverContext, startRequest(request.headers.get(requestIdHeader)));
    },
    onResponse({ response, serverContext }) {
      // A request that Yoga's own plugins answered first, like a health check, never got one.
      if (serverContext.requestId === undefined) return;
      response.headers.set(requestIdHeader, serverContext.requestId);
      for (const [name, value] of Object.entries(noStoreHeaders)) {
        if (!response.headers.has(name)) response.headers.set(name, value);
      }
    },
  };
}
