import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { readConfig } from '../../src/config/config.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { startTracing } from '../../src/tracing/start.ts';
import { startGateway } from './gateway.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts';
import { type RewritingUpstream, startRewritingUpstream } from './rewriting-upstream.ts';

/** A query of the contact and its devices: two calls to the upstream. */
export const twoCalls = `query TwoCalls { contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } } }`;

/** A gateway that listens, with a receiver of its spans and an upstream that records what it is sent. */
export type TracedGateway = {
  /** The URL of the graph. */
  url: string;
  emulator: Emulator;
  upstream: RewritingUpstream;
  receiver: OtlpReceiver;
  readonly logged: readonly string[];
  /** Sends a query by POST. */
  query(query: string, headers?: Record<string, string>): Promise<Response>;
  /** The headers `traceparent` that the upstream has received, each once. */
  traceparents(): string[];
  /** Ends tracing, and returns what was exported. */
  exported(): Promise<readonly ReceivedSpan[]>;
  close(): Promise<void>;
};

/**
 * @param env with an empty `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is exported
 * @param isDirect calls the emulator without the upstream that records, for tests of aborted calls
 */
export async function startTracedGateway(env: Record<string, string> = {}, isDirect = false): Promise<TracedGateway> {
  const emulator = await startEmulator({ contacts: 20 });
  const upstream = await startRewritingUpstream(emulator.url);
  const receiver = await startOtlpReceiver();
  const variables = {
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, TRACE_CONTEXT_FROM: 'loopback', SWITCHED_OFF: 'cache' },
    ...env,
  };
  const logged: string[] = [];
  const log = createLog('debug', { write: (line: string) => void logged.push(line) });
  const tracing = await startTracing(readConfig(variables).tracing, log);
  const { clientKey, clientSecret } = emulator;
  const stack = await startGateway({
    ...{
      env: variables,
      ...(tracing && { tracing }),
      client: { url: (isDirect ? emulator : upstream).url },
      clientKey: { clientKey, clientSecret },
    },
    ...{ emulator: { contacts: 20 }, debug: true },
  });
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  const url = `${server.url}/graphql`;
  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    stopped ??= server.stop(0);
    await stopped; // the span of a request ends with its response
    await tracing?.close();
  }
  return {
    ...{ url, emulator, upstream, receiver },
    get logged() {
      return [...logged, ...stack.logged];
    },
    query: (query, headers) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    traceparents: () => [
      ...new Set(upstream.headers.flatMap(({ traceparent }) => (traceparent === undefined ? [] : [`${traceparent}`]))),
    ],
    async exported() {
      await stop();
      return receiver.spans;
    },
    async close() {
      await stop();
      await stack.close();
      await receiver.close();
      await upstream.close();
      await emulator.close();
    },
  };
}

/** The spans as a tree of names: of each span its name, and below it those of its children in the order of their start. */
export function toTree(spans: readonly ReceivedSpan[], parentId = ''): unknown[] {
  return spans
    .filter((span) => span.parentId === parentId)
    .toSorted((one, other) => Number(one.start - other.start) || one.name.localeCompare(other.name))
    .map(({ name, spanId }) => [name, ...toTree(spans, spanId)]);
}
