import { afterEach } from 'vitest';
import { type HttpServer, type ListenOptions, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGatewayOptions } from './gateway.ts';

/** One part of an answer, in either format. */
export type Part = {
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the data depends on the query of each test
  data?: any;
  errors?: ErrorOfPart[];
  pending?: { id: string; path: (string | number)[]; label?: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  incremental?: ({ errors?: ErrorOfPart[] } & Record<string, any>)[];
  completed?: { id: string; errors?: ErrorOfPart[] }[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  extensions?: Record<string, any>;
  hasNext: boolean;
};

export type ErrorOfPart = { message: string; path?: (string | number)[]; extensions: Record<string, unknown> };

/** The types that a client accepts for each format, and how it is delivered. */
export const current = 'multipart/mixed;incrementalSpec=v0.2, application/json';
export const legacy = 'multipart/mixed;deferSpec=20220824, application/json';

/** The two paths on which a request may arrive. */
export const paths: [string, Record<string, string>][] = [
  ['the fast path', {}],
  ["Yoga's path", { ACCELERATORS: 'none' }],
];

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** What is sent beside the query. */
type Sent = { accept?: string; headers?: Record<string, string>; signal?: AbortSignal } & Record<string, unknown>;

/** Starts a gateway that is logged in, and ends with the test. Its server ends before. */
export async function startDelivering(
  env: Record<string, string> = {},
  options: TestGatewayOptions = {},
  listen: ListenOptions = {},
) {
  const stack = await startGateway({ emulator: { contacts: 60 }, ...options, env });
  ends.push(() => stack.close());
  const server: HttpServer = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0, listen);
  ends.push(() => server.stop(0));
  await stack.query('{ contacts(first: 1) { nodes { cid } } }');
  stack.emulator.control.clearLog();
  stack.logged.length = 0;
  return {
    stack,
    server,
    control: stack.emulator.control,
    /** The lines of operations that were logged. */
    lines: () => stack.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation'),
    /** Sends a query; `parts` are read as they arrive. */
    async send(query: string | undefined, { accept = current, headers = {}, signal, ...params }: Sent = {}) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept, ...headers },
        body: JSON.stringify({ query, ...params }),
        ...(signal && { signal }),
      });
      return { status: response.status, headers: response.headers, parts: readParts(response) };
    },
  };
}

/** Reads the parts of a response as they arrive; JSON is one part. */
export async function* readParts(response: Response): AsyncGenerator<Part, void> {
  const type = response.headers.get('content-type') ?? '';
  const isMultipart = type.startsWith('multipart/mixed');
  if (!isMultipart && !type.startsWith('text/event-stream')) return yield JSON.parse(await response.text());
  const separator = isMultipart ? '\r\n---' : '\n\n';
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const complete = text.split(separator);
    text = complete.pop() ?? '';
    for (const part of complete) {
      const [, json] = (isMultipart ? /\r\n\r\n(.*)$/s : /^event: next\ndata: (.*)$/s).exec(part) ?? [];
      if (json !== undefined) yield JSON.parse(json);
    }
  }
}

/** Reads all parts. */
export async function allParts(parts: AsyncIterable<Part>): Promise<Part[]> {
  const all: Part[] = [];
  for await (const part of parts) all.push(part);
  return all;
}
