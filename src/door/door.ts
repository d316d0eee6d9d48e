import type { RequestListener } from 'node:http';
import { arrive, requestIdHeader } from '../plugins/arrival.ts';
import type { Gateway } from '../server.ts';
import { plainMediaType, readBody } from './plain-request.ts';
import { createSharing } from './sharing.ts';

/**
 * The gateway as a listener of node:http, with a door of its own for what nearly every request is: a POST of JSON.
 *
 * Yoga's own door makes a Request and a Response of each, which costs as much as all the rest (ADR 17). This one enters
 * the same pipeline behind it, where all plugins have their hooks on parameters, parsing, validation, context and
 * execution; what a request begins and ends with, both doors call. Anything unusual is left to Yoga, before anything of it
 * was executed.
 */
export function createDoor(gateway: Gateway): RequestListener {
  const answer = createSharing(gateway);
  return (message, response) => {
    const mediaType = plainMediaType(message);
    if (mediaType === undefined) {
      gateway(message, response);
      return;
    }
    const context = arrive(message.headers[requestIdHeader]?.toString());
    readBody(message)
      .then((body) => answer({ message, response, body, mediaType, context }))
      .catch(() => response.destroy());
  };
}
