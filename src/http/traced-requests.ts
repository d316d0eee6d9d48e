import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ActiveSpan } from '../tracing/active-span.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { createAddressCheck, parseAddress } from './client-address.ts';

/** The spans of requests. */
export type TracedRequests = {
  /** Wraps the listener of `/graphql`, so that each request has a span until its connection is done with it. */
  trace(listener: RequestListener): RequestListener;
  /** The span of a request; undefined where there is no trace. */
  spanOf(request: IncomingMessage): ActiveSpan | undefined;
};

/** Where nothing is traced, a listener is not wrapped. */
const untraced: TracedRequests = { trace: (listener) => listener, spanOf: () => undefined };

/** Reads the headers of a request. Node joins repeated ones, so that a repeated `traceparent` is malformed. */
const getter = {
  keys: (headers: IncomingMessage['headers']) => Object.keys(headers),
  get: (headers: IncomingMessage['headers'], name: string) => headers[name],
};

/**
 * Creates the spans of requests, on both paths.
 *
 * The header `traceparent` decides whether a trace is recorded, and which one a request belongs to: it is read only of peers
 * that are trusted with that. The request of any other peer begins a new trace.
 */
export function createTracedRequests(tracing: Tracing | undefined): TracedRequests {
  if (tracing === undefined) return untraced;
  const { tracer, trustedPeers, isExporting } = tracing;
  const isInTrustedRange = createAddressCheck(trustedPeers);
  const propagator = new W3CTraceContextPropagator();
  const spans = new WeakMap<IncomingMessage, ActiveSpan>();

  function parentOf({ headers, socket }: IncomingMessage): Context {
    if (headers['traceparent'] === undefined) return ROOT_CONTEXT;
    const peer = parseAddress(socket.remoteAddress ?? '');
    const isTrusted = peer !== undefined && isInTrustedRange(peer);
    return isTrusted ? propagator.extract(ROOT_CONTEXT, headers, getter) : ROOT_CONTEXT;
  }

  function start(request: IncomingMessage, response: ServerResponse): void {
    const parent = parentOf(request);
    if (!isExporting && parent === ROOT_CONTEXT) return;
    const { method = '', httpVersion } = request;
    const span = new ActiveSpan(tracer, parent, `${method} /graphql`, 'server', {
      'http.request.method': method,
      'http.route': '/graphql',
      'url.scheme': 'http',
      'network.protocol.version': httpVersion,
    });
    spans.set(request, span);
    if (span.isRecording) response.once('close', () => end(span, response));
  }

  return {
    spanOf: (request) => spans.get(request),
    trace: (listener) => (request, response) => {
      start(request, response);
      listener(request, response);
    },
  };
}

function end(span: ActiveSpan, { statusCode, writableFinished }: ServerResponse): void {
  if (writableFinished) span.set({ 'http.response.status_code': statusCode });
  const failure = statusCode >= 500 ? String(statusCode) : undefined;
  span.end(writableFinished ? failure : 'client_left');
}
