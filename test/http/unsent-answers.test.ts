import { once } from 'node:events';
import * as http from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, type ListenOptions, startHttpServer } from '../../src/http/server.ts';
import { startGateway } from '../support/gateway.ts';
import { bytesUntilClosed, connectWithoutReading, httpRequest } from '../support/raw-client.ts';
import { largestAsset } from './support/largest-asset.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** More than the system buffers of one connection hold. */
const largeBytes = 24_000_000;
/** The length of the status line and the headers, in bytes. */
const headBytes = 305;
const large = Buffer.alloc(largeBytes, 'x');

/** A server whose `/graphql` sends a large answer, and every other path a short one. */
async function startLargeAnswers(options: ListenOptions): Promise<HttpServer> {
  const server = await startHttpServer(
    ({ url }, response) => void response.end(url === '/graphql' ? large : 'short'),
    '127.0.0.1',
    0,
    options,
  );
  cleanUps.push(() => server.stop(0));
  return server;
}

async function clientOf(server: HttpServer, ...requests: string[]): Promise<Socket> {
  const socket = await connectWithoutReading(server.url);
  cleanUps.push(async () => socket.destroy());
  socket.write(requests.join(''));
  return socket;
}

const clientsOf = (server: HttpServer, count: number) =>
  Promise.all(Array.from({ length: count }, () => clientOf(server, httpRequest('GET', '/graphql'))));

/** Starting many operations takes seconds on a busy machine. */
const wait = { timeout: 20_000 };

const unsent = (server: HttpServer) => server.heldBytes().unsent;

describe('the time-out for writing closes clients that read nothing', () => {
  test('the time-out for writing closes clients that read nothing of their responses, and other clients are served', async () => {
    const server = await startLargeAnswers({ writeTimeoutMs: 1_000, maxUnsentBytes: 1e9 });
    const clients = await clientsOf(server, 3);
    await expect.poll(() => unsent(server)).toBeGreaterThan(2 * largeBytes);
    expect(await (await fetch(`${server.url}/livez`)).text()).toBe('short');
    await expect.poll(() => unsent(server), wait).toBe(0);
    for (const client of clients) expect(await bytesUntilClosed(client)).toBeLessThan(largeBytes);
  });

  test('the time-out for writing does not close a client that reads its response slowly and steadily', async () => {
    const server = await startLargeAnswers({ writeTimeoutMs: 4_000, maxUnsentBytes: 1e9 });
    const client = await clientOf(server, httpRequest('GET', '/graphql', ['connection: close']));
    let bytes = 0;
    for await (const chunk of client) {
      bytes += chunk.length;
      await sleep(16);
    }
    expect(bytes).toBeGreaterThan(largeBytes); // The count includes the headers.
    expect(unsent(server)).toBe(0);
  });

  test('the time-out for writing does not concern a connection that is idle between two requests', async () => {
    const server = await startLargeAnswers({ writeTimeoutMs: 1_500, maxUnsentBytes: 1e9 });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (const _ of [1, 2]) {
      const [response] = await once(http.get(`${server.url}/graphql`, { agent }), 'response');
      ports.add(response.socket.localPort);
      await once(response.resume(), 'end');
      await sleep(2_000);
    }
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  test('the time-out for writing does not concern a response that waits for an earlier one on the same connection', async () => {
    const server = await startHttpServer(
      ({ url }, response) => void setTimeout(() => response.end(large), url === '/slow' ? 3_000 : 0),
      '127.0.0.1',
      0,
      { writeTimeoutMs: 1_500, maxUnsentBytes: 1e9 },
    );
    cleanUps.push(() => server.stop(0));
    const requests = [httpRequest('GET', '/slow'), httpRequest('GET', '/', ['connection: close'])];
    expect(await bytesUntilClosed(await clientOf(server, ...requests))).toBeGreaterThan(2 * largeBytes);
  });
});

describe('the budget for unsent responses bounds their memory', () => {
  test('above half of the budget for unsent responses new requests are refused, health checks are answered, and clients that read nothing are closed', async () => {
    const server = await startLargeAnswers({ writeTimeoutMs: 20_000, maxUnsentBytes: 2.5 * largeBytes });
    const clients = await clientsOf(server, 2);
    await expect.poll(() => unsent(server)).toBeGreaterThan(1.9 * largeBytes);
    const refused = await fetch(`${server.url}/graphql?short`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }] });
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    await expect.poll(async () => (await fetch(`${server.url}/graphql?short`)).status, wait).toBe(200);
    expect(unsent(server)).toBe(largeBytes + headBytes); // One closed client was enough.
    for (const client of clients) client.destroy();
    await expect.poll(() => unsent(server)).toBe(0);
  });

  test('the budget for unsent responses is never exceeded, because the slowest client is closed as soon as a response does not fit', async () => {
    const waiting: http.ServerResponse[] = [];
    const server = await startHttpServer(
      (_, response) => void waiting.push(response),
      '127.0.0.1',
      0,
      // No check closes a client for its speed here.
      { writeTimeoutMs: 1e13, maxUnsentBytes: 2.5 * largeBytes },
    );
    cleanUps.push(() => server.stop(0));
    await clientsOf(server, 3);
    await expect.poll(() => waiting.length).toBe(3); // All requests must be admitted before the first response is written.
    const closed = waiting.map((response) => once(response, 'close'));
    for (const response of waiting) {
      response.end(large);
      expect(unsent(server)).toBeLessThanOrEqual(2.5 * largeBytes);
    }
    await Promise.race(closed);
    expect(unsent(server)).toBe(2 * (largeBytes + headBytes));
  });
});

describe('the gateway closes clients that read nothing', () => {
  const ids = Array.from({ length: 20 }, (_, n) => `id${n}: id`);
  const list = `{ contacts(first: 1000) { nodes { ${ids.join(' ')} } } }`;
  const post = (query: string) => {
    const body = JSON.stringify({ query });
    return httpRequest('POST', '/graphql', ['content-type: application/json', `content-length: ${body.length}`], body);
  };
  const get = (path: string) => httpRequest('GET', path, ['graphql-require-preflight: 1']);

  test.each([
    ['the fast path', async () => post(list)],
    ['Yoga', async () => get(`/graphql?query=${encodeURIComponent(list)}`)],
    ['GraphiQL', async (url: string) => get(await largestAsset(url))],
  ])(
    'the gateway closes a client that reads nothing of the responses of %s',
    { timeout: 60_000 },
    async (_, requestOf) => {
      const stack = await startGateway({ env: { OPERATION_DEADLINE_MS: '30000' } });
      cleanUps.push(() => stack.close());
      const fastPath = createFastPath(stack.gateway);
      const responses: http.ServerResponse[] = [];
      const server = await startHttpServer(
        (request, response) => {
          responses.push(response);
          fastPath(request, response);
        },
        '127.0.0.1',
        0,
        { writeTimeoutMs: 1_000, maxUnsentBytes: 1e9 },
      );
      cleanUps.push(() => server.stop(0));
      const request = await requestOf(server.url);
      const client = await clientOf(server);
      // One operation at a time, until the buffers of the system are full.
      for (let sent = responses.length + 1; unsent(server) === 0; sent += 1) {
        client.write(request);
        await expect.poll(() => unsent(server) > 0 || (responses[sent - 1]?.writableEnded ?? false), wait).toBe(true);
      }
      await expect.poll(() => unsent(server), wait).toBe(0);
      expect(await bytesUntilClosed(client)).toBeGreaterThan(1_000_000);
      expect((await stack.query('{ __typename }')).status).toBe(200);
    },
  );

  test('the gateway ends the upstream calls of a client that is closed because it reads nothing', async () => {
    const stack = await startGateway({ env: { OPERATION_DEADLINE_MS: '30000' } });
    cleanUps.push(() => stack.close());
    const fastPath = createFastPath(stack.gateway);
    const server = await startHttpServer(
      (request, response) => (request.url === '/large' ? void response.end(large) : fastPath(request, response)),
      '127.0.0.1',
      0,
      { writeTimeoutMs: 500, maxUnsentBytes: 1e9 },
    );
    cleanUps.push(() => server.stop(0));
    stack.emulator.control.latency({ pattern: '/customers/', ms: 20_000 });
    await clientOf(server, httpRequest('GET', '/large'), post(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`));
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(1);
    await expect.poll(() => stack.emulator.control.abortedByClient(), wait).toBe(1);
    expect(unsent(server)).toBe(0);
  });
});
