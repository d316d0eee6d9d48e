import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Overloaded } from '../errors.ts';
import { chooseResponseType } from '../http-message/accept.ts';
import { noStoreHeaders, requestIdHeader, startRequest } from '../plugins/request-id.ts';
import { maxTargetLength } from './request-target.ts';

/** A response that is written without any plugin: its status, and the message and the extensions of its only error. */
export type Refusal = {
  status: number;
  message: string;
  extensions: { code: string } & Record<string, unknown>;
  headers?: OutgoingHttpHeaders;
};

/**
 * Writes a response with one error in the shape of GraphQL, and closes the connection after it. The rest of the request's
 * body is not read. A response that has already begun cannot be replaced, so its connection is closed at once.
 *
 * @returns the request id of the response, for the log
 */
export function refuse(response: ServerResponse, { status, message, extensions, headers }: Refusal): string {
  const { req: request } = response;
  const { requestId } = startRequest(request.headers[requestIdHeader]?.toString());
  if (response.headersSent) {
    request.socket.destroy();
    return requestId;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name); // of a response that could not be written
  const body = JSON.stringify({ errors: [{ message, extensions: { ...extensions, requestId } }] });
  const mediaType = chooseResponseType(request.headers.accept) ?? 'application/json';
  response
    .writeHead(status, {
      ...noStoreHeaders,
      ...headers,
      'content-type': `${mediaType}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
      [requestIdHeader]: requestId,
      connection: 'close',
    })
    .end(body);
  return requestId;
}

/** Refuses a request for lack of memory: 503, `Retry-After`, and the code OVERLOADED. */
export function refuseOverloaded(response: ServerResponse): void {
  const { message, extensions, retryAfter } = new Overloaded(
    'The gateway holds as many requests and answers in memory as it may: send the request again later.',
  );
  refuse(response, { status: 503, message, extensions, headers: { 'retry-after': String(retryAfter) } });
}

/** Refuses a request that HTTP does not permit: 400. */
export function refuseMalformed(response: ServerResponse, message: string): void {
  refuse(response, { status: 400, message, extensions: { code: 'BAD_USER_INPUT', retryable: false } });
}

/** Refuses a request whose target is too long: 414. */
export function refuseLongTarget(response: ServerResponse): void {
  const message = `A request target is at most ${maxTargetLength} characters long. Send the operation by POST.`;
  refuse(response, { status: 414, message, extensions: { code: 'BAD_USER_INPUT', retryable: false } });
}
