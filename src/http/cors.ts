import type { IncomingMessage } from 'node:http';

/** Cross-origin resource sharing: which pages of other origins may call the graph and read its answers. */
export type Cors = {
  /** The headers of every response to a request, as names and values in alternation. */
  headersFor(request: IncomingMessage): readonly string[];
  /** Whether a request is a browser's question whether a page of an allowed origin may send another request. */
  isPreflight(request: IncomingMessage): boolean;
};

/** Headers that clients send and that a browser sends to another origin only if they are listed here. */
const requestHeaders = [
  ...['authorization', 'content-type', 'cache-control', 'if-none-match', 'idempotency-key'],
  ...['x-organization', 'x-request-id', 'traceparent', 'tracestate'],
  ...['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf'],
  ...['apollographql-client-name', 'apollographql-client-version'],
];

/** Headers of responses that a page of another origin may read, beside those that browsers always permit. */
const responseHeaders = ['etag', 'ratelimit', 'ratelimit-policy', 'retry-after', 'www-authenticate', 'x-request-id'];

/** The headers of the response to a preflight, beside those of every response. Browsers keep it for at most two hours. */
export const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': requestHeaders.join(', '),
  'access-control-max-age': '7200',
  vary: 'access-control-request-method, access-control-request-headers',
};

/**
 * Creates the CORS rules of a list of exact origins. Credentials are off: the gateway reads no cookies, and an access token is
 * in a header that the page itself sets.
 *
 * @param origins as browsers send them; without any, no response has a header of CORS
 */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Map(
    origins.map((origin): [string, readonly string[]] => [
      origin,
      [
        ...['vary', 'origin', 'access-control-allow-origin', origin],
        ...['access-control-expose-headers', responseHeaders.join(', ')],
      ],
    ]),
  );
  const others: readonly string[] = origins.length === 0 ? [] : ['vary', 'origin'];
  return {
    headersFor({ headers: { origin } }) {
      return (origin === undefined ? undefined : allowed.get(origin)) ?? others;
    },
    isPreflight({ method, headers }) {
      return (
        method === 'OPTIONS' &&
        headers['access-control-request-method'] !== undefined &&
        allowed.has(headers.origin ?? '')
      );
    },
  };
}
