import type { LookupFunction } from 'node:net';
import { Pool } from 'undici';
import { type NotFound, type PublicError, UpstreamBadResponse } from '../../errors.ts';
import { isAnyJsonInUtf8 } from '../../http-message/media-type.ts';
import { type ObserveAttempt, withAttemptObservers } from './attempt-observer.ts';
import { checkEncoding, decodeBody, decodeSmallBody, type ResponseBody } from './body.ts';
import type { Send, SendAttempt, UpstreamCall } from './call.ts';
import { dispatchRequest, type RawResponse, type ResponseHeaders } from './dispatch.ts';
import { hasEnvelope } from './envelope.ts';
import { AddressNotFound, errorForFailure, errorForStatus } from './errors.ts';
import { parseBody } from './parse-body.ts';
import { createProxyDispatcher, type ProxyConfig } from './proxy.ts';
import { createRenewedPool, keepDispatcher } from './renewed-pool.ts';
import { headersOf, targetOf } from './request-head.ts';
import { createSocketConnector } from './sockets.ts';

export type { Send, SendAttempt, UpstreamCall };

/** Sends calls and answers the body of a success; every failure is one of the classes in `errors.ts`. */
export type UpstreamClient = {
  send: SendAttempt;
  close(): Promise<void>;
};

/** The client of a real upstream, which may be far away. */
export type LiveUpstreamClient = UpstreamClient & {
  /** Opens sockets before there is a call: see `sockets.ts`. */
  openSockets(count: number): Promise<void>;
};

/** The options of the client of an upstream. */
export type UpstreamClientOptions = {
  /** Origin of the upstream and the path before that of each call, if any, like `https://gateway.example.com/cloud4wi`. */
  url: string;
  /** The time after which a socket is replaced, in ms, so that a changed address of the host is found. */
  socketTtlMs?: number;
  /** The HTTP proxy, which may exclude the upstream's host. */
  proxy?: ProxyConfig | undefined;
  /** Resolves host names; the system's resolver by default. A proxy resolves them itself. */
  lookup?: LookupFunction;
  /** Sockets to the upstream: operations × calls of each × latency. */
  connections?: number;
  /** Upper bound of a body after decoding, in bytes; a page of 10,000 contacts is about 20 MB. */
  maxResponseBytes?: number;
  /** Are told of each attempt: for metrics and traces. */
  observers?: readonly ObserveAttempt[] | undefined;
};

/**
 * The undici Pool to the upstream, or the dispatcher of a proxy. Redirects are not followed (a credential must not leave
 * for another host), undici's own time-outs are off because the call's signal ends it, also in the middle of a body.
 */
export function createUpstreamClient({
  url,
  connections = 256,
  socketTtlMs = 60_000,
  proxy,
  lookup,
  maxResponseBytes = 64 * 1024 * 1024,
  observers = [],
}: UpstreamClientOptions): LiveUpstreamClient {
  const origin = new URL(url);
  const basePath = origin.pathname.replace(/\/$/, '');
  const connector = createSocketConnector({ timeout: 5_000, lookup });
  const poolOptions = { connections, headersTimeout: 0, bodyTimeout: 0, allowH2: false };
  const sockets =
    proxy === undefined
      ? createRenewedPool(
          () => new Pool(origin.origin, { ...poolOptions, connect: connector.connect }),
          socketTtlMs,
          (count) => connector.openSockets(origin, count),
        )
      : keepDispatcher(createProxyDispatcher(proxy, { ...poolOptions, clientTtl: socketTtlMs }));

  function toBody(
    { status, headers, bytes }: RawResponse,
    { kind, caller = '', trace }: UpstreamCall,
  ): ResponseBody | Promise<ResponseBody> {
    if (trace !== undefined) trace.status = status;
    if (headers['content-encoding'] === undefined) return parseBody(bytes, kind === 'write', caller);
    return decodeBody(headers, bytes, maxResponseBytes).then((plain) => parseBody(plain, kind === 'write', caller));
  }

  function send(call: UpstreamCall, timeoutMs?: number): Promise<ResponseBody> {
    const { method, body, signal, recorder } = call;
    try {
      signal.throwIfAborted();
      recorder?.sent(false);
      const request = {
        origin: origin.origin,
        method,
        path: basePath + targetOf(call),
        headers: headersOf(call),
        body: body === undefined ? null : JSON.stringify(body),
      };
      const options = { signal, timeoutMs, checkHead, checkAbsence, maxBytes: maxResponseBytes };
      return dispatchRequest(sockets.current(), request, options).then((response) => toBody(response, call));
    } catch (error) {
      return Promise.reject(errorForFailure(error, signal));
    }
  }

  return {
    send: withAttemptObservers(send, observers),
    async openSockets(count) {
      // undici opens the tunnels of a proxy itself.
      if (proxy === undefined) await connector.openSockets(origin, Math.min(count, connections));
    },
    close() {
      connector.close();
      return sockets.destroy();
    },
  };
}

/**
 * Tells a 404 of the API from that of a server which does not have the address: only the API's has an envelope.
 */
function checkAbsence(error: NotFound, { headers, bytes }: RawResponse): NotFound {
  const body = decodeSmallBody(headers, bytes);
  return body !== undefined && hasEnvelope(body) ? error : new AddressNotFound(error.message);
}

function checkHead(status: number, headers: ResponseHeaders): PublicError | undefined {
  // The next attempt needs another connection, so this one is closed.
  if (status === 408 || status === 421) throw errorForStatus(status, headers);
  if (status >= 300) return errorForStatus(status, headers);
  if (!isAnyJsonInUtf8(headers['content-type']?.toString())) {
    return new UpstreamBadResponse('The upstream answered with something other than JSON.');
  }
  checkEncoding(headers);
  return undefined;
}
