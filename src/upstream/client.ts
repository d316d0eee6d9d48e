import { Pool } from 'undici';
import { BadUserInput, UpstreamBadResponse } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { type Body, readBody } from './body.ts';
import { errorOfFailure, errorOfResponse } from './failure.ts';
import { parseJson } from './json.ts';
import { type Attempt, noting } from './sent.ts';

/** One call to the upstream. `signal` carries both the operation's deadline and the client's disconnect. */
export type UpstreamCall = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: URLSearchParams | undefined;
  body?: unknown;
  bearer?: Secret;
  signal: AbortSignal;
  /** The time on the monotonic clock until which somebody waits, in ms: whatever cannot be done by then is not begun. */
  endsAt?: (() => number) | undefined;
  /** Hears of each request that is sent. */
  onSend?: (() => void) | undefined;
  attempt?: Attempt | undefined;
  /** Of a scroll's next page: asked twice it is another page, so it is sent again only while no byte of it has left. */
  consumes?: true | undefined;
  /** Rows that are asked for, where the answer grows with them. */
  rows?: number | undefined;
  /** Whose share of the upstream this takes. */
  tenant?: string | undefined;
  /** By which credential the upstream counts it. */
  credentialId?: string | undefined;
};

/** Makes a call: the body of a success, or one of the classes in `errors.ts`. */
export type Send = (call: UpstreamCall) => Promise<Body>;

/** Sends calls and answers the body of a success; every failure is one of the classes in `errors.ts`. */
export type UpstreamClient = {
  send: Send;
  close(): Promise<void>;
};

export type UpstreamClientOptions = {
  /** Origin of the upstream, like `https://explore.cloud4wi.com`. */
  url: string;
  /** Sockets to the upstream: operations × calls of each × latency. */
  connections?: number;
  /** Upper bound of a body after decoding, in bytes; a page of 10,000 contacts is about 20 MB. */
  maxResponseBytes?: number;
};

/**
 * The one undici Pool to the upstream. Redirects are not followed (a credential must not leave for another host),
 * undici's own time-outs are off because the call's signal ends it, also in the middle of a body.
 */
export function createUpstreamClient({
  url,
  connections = 256,
  maxResponseBytes = 64 * 1024 * 1024,
}: UpstreamClientOptions): UpstreamClient {
  const pool = new Pool(new URL(url).origin, {
    connections,
    connectTimeout: 5_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });

  async function send({ method, path, query, body, bearer, signal, attempt, onSend }: UpstreamCall): Promise<Body> {
    signal.throwIfAborted();
    onSend?.();
    const search = query === undefined || query.size === 0 ? '' : `?${query}`;
    const dispatcher = attempt === undefined ? pool : pool.compose(noting(attempt));
    const response = await dispatcher.request({
      method,
      path: `${safePath(path)}${search}`,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer.reveal()}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    });
    if (response.statusCode >= 300) {
      await discard(response.body);
      throw errorOfResponse(response.statusCode, response.headers);
    }
    if (!isJson(response.headers['content-type'])) {
      await discard(response.body);
      throw new UpstreamBadResponse('The upstream answered with something other than JSON.');
    }
    const bytes = await readBody(response, maxResponseBytes);
    return { bytes, json: parseJson(bytes) };
  }

  return {
    send: (call) =>
      send(call).catch((error: unknown) => {
        throw errorOfFailure(error, call.signal);
      }),
    close: () => pool.destroy(),
  };
}

/** The last line of defence behind `parseId`: a path of plain segments, whatever was put into it. */
function safePath(path: string): string {
  if (!/^(?:\/[A-Za-z0-9_-]+)+$/.test(path)) throw new BadUserInput('An id does not fit into an upstream path.');
  return path;
}

/** Reads an unwanted body to its end within bounds, so that the socket can be used again; else destroys it. */
async function discard(body: { dump(options: { limit: number }): Promise<void> }): Promise<void> {
  await body.dump({ limit: 64 * 1024 }).catch(() => undefined);
}

function isJson(contentType: string | string[] | undefined): boolean {
  return (
    typeof contentType === 'string' &&
    /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType)
  );
}
