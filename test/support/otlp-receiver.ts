import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decodeProtobuf, type ProtobufFields } from './protobuf.ts';

type AttributeValue = string | number | boolean | AttributeValue[];

/** A span as it was exported. */
export type ReceivedSpan = {
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentId: string;
  name: string;
  kind: 'internal' | 'server' | 'client';
  /** In nanoseconds. */
  start: bigint;
  end: bigint;
  attributes: Record<string, AttributeValue>;
  failed: boolean;
  resource: Record<string, AttributeValue>;
};

/** A receiver of OpenTelemetry's protocol over HTTP, on loopback. */
export type OtlpReceiver = {
  url: string;
  /** All spans that were received with a response of 200. */
  spans: ReceivedSpan[];
  /** The requests, with everything that was received as bytes: for a search for what must not be there. */
  exports: { target: string | undefined; headers: IncomingHttpHeaders; body: Buffer }[];
  /** Answers nothing until the returned function is called. */
  pause(): () => void;
  /** Sets the status of the responses from now on; 200 at the start. */
  respondWith(status: number): void;
  close(): Promise<void>;
};

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const exports: OtlpReceiver['exports'] = [];
  let status = 200;
  let resumed = Promise.resolve();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    exports.push({ target: request.url, headers: request.headers, body });
    await resumed;
    if (status === 200) spans.push(...decodeSpans(body));
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    exports,
    pause() {
      const { promise, resolve } = Promise.withResolvers<void>();
      resumed = promise;
      return resolve;
    },
    respondWith(next) {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const kinds = ['internal', 'internal', 'server', 'client'] as const;

/** The numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
function decodeSpans(body: Buffer): ReceivedSpan[] {
  return messages(decodeProtobuf(body), 1).flatMap((resourceSpans) => {
    const resource = Object.assign({}, ...messages(resourceSpans, 1).map((each) => attributesOf(each, 1)));
    const scopeSpans = messages(resourceSpans, 2);
    return scopeSpans.flatMap((scope) => messages(scope, 2)).map((span) => toSpan(span, resource));
  });
}

function toSpan(span: ProtobufFields, resource: ReceivedSpan['resource']): ReceivedSpan {
  const [status] = messages(span, 15);
  return {
    traceId: bytesOf(span, 1).toString('hex'),
    spanId: bytesOf(span, 2).toString('hex'),
    parentId: bytesOf(span, 4).toString('hex'),
    name: bytesOf(span, 5).toString(),
    kind: kinds[Number(span.get(6)?.[0] ?? 0)] ?? 'internal',
    start: bytesOf(span, 7).readBigUInt64LE(),
    end: bytesOf(span, 8).readBigUInt64LE(),
    attributes: attributesOf(span, 9),
    failed: Number(status?.get(3)?.[0] ?? 0) === 2,
    resource,
  };
}

function attributesOf(message: ProtobufFields, field: number): Record<string, AttributeValue> {
  return Object.fromEntries(
    messages(message, field).map((pair) => [bytesOf(pair, 1).toString(), attributeValueOf(messages(pair, 2)[0])]),
  );
}

function attributeValueOf(value: ProtobufFields | undefined): AttributeValue {
  if (value?.has(1)) return bytesOf(value, 1).toString();
  if (value?.has(2)) return value.get(2)?.[0] === 1n;
  if (value?.has(3)) return Number(value.get(3)?.[0]);
  if (value?.has(4)) return bytesOf(value, 4).readDoubleLE();
  const [list] = value === undefined ? [] : messages(value, 5);
  return list === undefined ? '' : messages(list, 1).map(attributeValueOf);
}

function messages(message: ProtobufFields, field: number): ProtobufFields[] {
  return (message.get(field) ?? []).map((each) => decodeProtobuf(each as Buffer));
}

function bytesOf(message: ProtobufFields, field: number): Buffer {
  return (message.get(field)?.[0] ?? Buffer.alloc(0)) as Buffer;
}
