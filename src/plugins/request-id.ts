import { randomUUID } from 'node:crypto';
import type { Plugin } from './plugin.ts';

const header = 'x-request-id';

/** Gives every request an id: the client's own if it is harmless in headers and logs, else a new one. It is answered back. */
export function useRequestId(): Plugin {
  return {
    onRequest({ request, serverContext }) {
      const given = request.headers.get(header);
      serverContext.requestId = given !== null && /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
    },
    onResponse({ response, serverContext }) {
      // A request that Yoga's own plugins answered first, like a health check, never got one.
      if (serverContext.requestId !== undefined) response.headers.set(header, serverContext.requestId);
    },
  };
}
