import type { ServerResponse } from 'node:http';
import { Overloaded } from '../errors.ts';
import { noStoreHeaders, requestIdHeader, startRequest } from '../plugins/request-id.ts';

/**
 * Refuses a request for lack of memory: 503, `Retry-After`, the code OVERLOADED, and the connection is closed after the
 * answer. The rest of the request's body is not read. An answer that has already begun cannot be replaced, so its
 * connection is closed at once.
 */
export function refuseOverloaded(response: ServerResponse): void {
  const { req: request } = response;
  if (response.headersSent) {
    request.socket.destroy();
    return;
  }
  const { requestId } = startRequest(request.headers[requestIdHeader]?.toString());
  const { message, extensions, retryAfter } = new Overloaded(
    'The gateway holds as many requests and answers in memory as it may: send the request again later.',
  );
  const body = JSON.stringify({ errors: [{ message, extensions: { ...extensions, requestId } }] });
  const mediaType = request.headers.accept?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  response
    .writeHead(503, {
      ...noStoreHeaders,
      'content-type': `${mediaType}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
      'retry-after': String(retryAfter),
      [requestIdHeader]: requestId,
      connection: 'close',
    })
    .end(body);
}
