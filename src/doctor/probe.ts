import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import type { Secret } from '../crypto/secret.ts';
import { isAnyJsonInUtf8 } from '../http-message/media-type.ts';
import { parseRetryAfter } from '../http-message/retry-after.ts';
import { readResponseBody } from '../upstream/client/body.ts';
import { createProxyDispatcher, type ProxyConfig } from '../upstream/client/proxy.ts';
import { parseJson } from '../upstream/decode/json.ts';

/** A call that is made exactly once and whose answer is not interpreted. */
export type ProbeRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly bearer?: Secret | undefined;
};

/** What an upstream answered. */
export type Answer = {
  readonly status: number;
  readonly isJson: boolean;
  /** Whether the body has a byte. */
  readonly hasBody: boolean;
  /** The parsed body; undefined if it is not JSON. */
  readonly body: unknown;
};

/** An upstream that gave no answer, or a limit of the check that was reached. Its message has no value. */
export class NoAnswer extends Error {}

/** Makes one call after the other, and no more than a number of them. */
export type Probe = {
  /** @throws {NoAnswer} */
  call(request: ProbeRequest): Promise<Answer>;
  count(): number;
  /** Says that the calls from now on clean up: the signal does not end them, and the reserved number is for them. */
  beginCleanUp(): void;
  close(): Promise<void>;
};

/** The options of a probe. */
export type ProbeOptions = {
  url: string;
  proxy: ProxyConfig | undefined;
  maxCalls: number;
  /** How many of the calls are kept for `beginCleanUp`. */
  reserved: number;
  /** Ends the calls. */
  signal: AbortSignal;
};

/** The time limit of a call, and the longest pause that a 429 or 503 may ask for, in ms. */
const limits = { callMs: 30_000, pauseMs: 30_000, bytes: 64 * 1024 * 1024 };

/** Creates a probe with one socket, so that the load on the account stays small. */
export function createProbe({ url, proxy, maxCalls, reserved, signal }: ProbeOptions): Probe {
  const { origin, pathname } = new URL(url);
  const options = { connections: 1, allowH2: false };
  const dispatcher: Dispatcher =
    proxy === undefined ? new Pool(origin, options) : createProxyDispatcher(proxy, options);
  let count = 0;
  let limit = maxCalls - reserved;
  let signals = [signal];

  async function send({ method = 'GET', path, query, body, bearer }: ProbeRequest) {
    if (count >= limit) throw new NoAnswer('the limit of calls is reached');
    count += 1;
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    try {
      const response = await dispatcher.request({
        ...{ origin, method, path: pathname.replace(/\/$/, '') + path + search },
        headers: {
          ...{ accept: 'application/json', 'accept-encoding': 'gzip' },
          ...(bearer && { authorization: `Bearer ${bearer.reveal()}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any([...signals, AbortSignal.timeout(limits.callMs)]),
      });
      return { response, bytes: await readResponseBody(response, limits.bytes) };
    } catch (cause) {
      const isStopped = signals.some(({ aborted }) => aborted);
      throw new NoAnswer(isStopped ? 'the check was stopped' : 'the upstream did not answer', { cause });
    }
  }

  return {
    async call(request) {
      let { response, bytes } = await send(request);
      const seconds = parseRetryAfter(response.headers['retry-after']);
      if ((response.statusCode === 429 || response.statusCode === 503) && seconds !== undefined) {
        if (seconds * 1000 <= limits.pauseMs && count < limit) {
          await sleep(seconds * 1000, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined);
          ({ response, bytes } = await send(request));
        }
      }
      const isJson = isAnyJsonInUtf8(response.headers['content-type']?.toString());
      return { status: response.statusCode, isJson, hasBody: bytes.length > 0, body: parse(bytes) };
    },
    count: () => count,
    beginCleanUp() {
      signals = [];
      limit = maxCalls;
    },
    close: () => dispatcher.destroy(),
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return parseJson(bytes);
  } catch {
    return undefined;
  }
}
