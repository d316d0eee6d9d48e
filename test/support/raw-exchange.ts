import { once } from 'node:events';
import { connect } from 'node:net';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import type { TestGateway } from './gateway.ts';

/** A response as it was read from its socket. */
export type RawResponse = { status: number; headers: Record<string, string>; body: string; bytes: Buffer };

export type RawExchange = {
  method?: string;
  target?: string;
  /** Lines of the head after `Host` and `Content-Length`. */
  lines?: readonly string[];
  body?: string | Buffer;
};

/** Sends one request over a socket of its own with exactly these bytes, and reads until the server closes the connection. */
export async function exchange(
  url: string,
  { method = 'POST', target = '/graphql', lines = [], body: sent = '' }: RawExchange,
): Promise<RawResponse> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const bytes = Buffer.from(sent);
  const chunked = lines.some((line) => /^transfer-encoding:/i.test(line));
  const length = chunked || method === 'GET' ? [] : [`content-length: ${bytes.length}`];
  const head = [`${method} ${target} HTTP/1.1`, 'host: gateway', 'connection: close', ...length, ...lines, '', ''];
  const framed = chunked
    ? [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')]
    : [bytes];
  socket.write(Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), ...framed]));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  await once(socket, 'close');
  const response = Buffer.concat(chunks);
  const end = response.indexOf('\r\n\r\n');
  const [statusLine = '', ...headerLines] = response.toString('utf8', 0, end).split('\r\n');
  const body = response.subarray(end + 4);
  const headers: Record<string, string> = {};
  for (const line of headerLines) {
    const [written = '', ...value] = line.split(':');
    const name = written.toLowerCase();
    headers[name] = (name in headers ? `${headers[name]}, ` : '') + value.join(':').trim();
  }
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    ...{ body: body.toString('utf8'), bytes: body },
  };
}

/** Two servers for one gateway: one with the fast path before Yoga, and one with Yoga alone. */
export async function startBothPaths({ gateway }: TestGateway) {
  const fast: HttpServer = await startHttpServer(createFastPath(gateway), '127.0.0.1', 0);
  const yoga: HttpServer = await startHttpServer(gateway, '127.0.0.1', 0);
  return {
    /** Sends a request to both, twice to the fast path, and returns what all responses have in common. */
    async exchange(sent: RawExchange) {
      const responses = [
        await exchange(fast.url, sent),
        await exchange(yoga.url, sent),
        await exchange(fast.url, sent),
      ];
      const seen = new Set(responses.map((response) => JSON.stringify(summaryOf(response))));
      if (seen.size > 1) throw new Error(`The paths differ: ${[...seen].join(' and ')}`);
      return summaryOf(responses[0] as RawResponse);
    },
    close: () => Promise.all([fast.stop(0), yoga.stop(0)]),
  };
}

function summaryOf({ status, headers, body }: RawResponse) {
  const [error] = (/^\{/.test(body) ? JSON.parse(body).errors : undefined) ?? [];
  return { status, type: headers['content-type'], code: error?.extensions.code as string | undefined };
}
