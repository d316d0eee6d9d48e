import type { RequestListener } from 'node:http';
import type { Gateway } from '../gateway.ts';
import { requestIdHeader, startRequest } from '../plugins/request-id.ts';
import { createDeduplication } from './deduplicate.ts';
import { readRequestBody, responseMediaType } from './request.ts';

/**
 * The gateway as a listener of node:http, with a door of its own for what nearly every request is: a POST of JSON.
 *
 * Yoga's own door makes a Request and a Response of each, which costs as much as all the rest (ADR 17). This one enters
 * the same pipeline behind it, where all plugins have their hooks on parameters, parsing, validation, context and
 * execution; what a request begins and ends with, both doors call. Anything unusual is left to Yoga, before anything of it
 * was executed.
 */
export function createFastPath(gateway: Gateway): RequestListener {
  const answer = createDeduplication(gateway);
  return (message, response) => {
    const mediaType = responseMediaType(message);
    // Yoga authenticates before it reads a body, so a request that cannot be authenticated holds no memory for its body.
    const isUnauthenticated = gateway.requiresAuthorization && message.headers.authorization === undefined;
    if (mediaType === undefined || isUnauthenticated) {
      gateway(message, response);
      return;
    }
    const context = startRequest(message.headers[requestIdHeader]?.toString());
    readRequestBody(message)
      .then((body) => answer({ message, response, body, mediaType, context }))
      .catch(() => response.destroy());
  };
}
