import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { arrive, requestIdHeader } from '../plugins/arrival.ts';
import type { Gateway } from '../server.ts';
import { execute } from './execute.ts';
import { type MediaType, parseParams, plainMediaType, readBody } from './plain-request.ts';
import { replay } from './replay.ts';
import { writeReply } from './reply.ts';
import { createSharing } from './sharing.ts';

/** Why an operation is given up; one for all, because making such an error costs more than most of what is done here. */
const left = new DOMException('The client has left.', 'AbortError');

/**
 * The gateway as a listener of node:http, with a door of its own for what nearly every request is: a POST of JSON.
 *
 * Yoga's own door makes a Request and a Response of each, which costs as much as all the rest (ADR 17). This one enters
 * the same pipeline behind it, where all plugins have their hooks on parameters, parsing, validation, context and
 * execution; what a request begins and ends with, both doors call. Anything unusual is left to Yoga, before anything of it
 * was executed.
 */
export function createDoor(gateway: Gateway): RequestListener {
  const share = createSharing(gateway);

  async function serve(message: IncomingMessage, response: ServerResponse, mediaType: MediaType): Promise<void> {
    const given = message.headers[requestIdHeader]?.toString();
    const context = arrive(given);
    const body = await readBody(message);
    if (body === undefined) return;
    const leaving = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) leaving.abort(left);
    });
    const params = parseParams(body);
    const reply =
      params &&
      (await share({ message, body, params, mediaType, context, signal: leaving.signal }, (signal) =>
        execute(gateway, { message, params, mediaType, context, signal }),
      ));
    if (reply === undefined) await replay(gateway, message, response, body);
    else writeReply(response, reply, context);
  }

  return (message, response) => {
    const mediaType = plainMediaType(message);
    if (mediaType === undefined) gateway(message, response);
    // Whoever has left hears of nothing.
    else serve(message, response, mediaType).catch(() => response.destroy());
  };
}
