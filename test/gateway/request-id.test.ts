import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type RewritingUpstream, startRewritingUpstream } from '../support/rewriting-upstream.ts';

let emulator: Emulator;
let upstream: RewritingUpstream;
let stack: TestGateway;
let server: HttpServer;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 20 });
  upstream = await startRewritingUpstream(emulator.url);
  const { clientKey, clientSecret } = emulator;
  stack = await startGateway({
    emulator: { contacts: 20 },
    client: { url: upstream.url },
    clientKey: { clientKey, clientSecret },
    env: { SWITCHED_OFF: 'cache', MAX_BATCH: '5' },
  });
  server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
});
const forgetCalls = () => {
  upstream.requests.length = 0;
  upstream.headers.length = 0;
};
beforeEach(forgetCalls);
afterAll(async () => {
  await server.stop(0);
  await stack.close();
  await upstream.close();
  await emulator.close();
});

const query = `{ contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } } }`;

/** The request ids of the calls to the upstream, each once; logins of the gateway belong to no request. */
function idsUpstream(): (string | string[] | undefined)[] {
  return [...new Set(upstream.headers.map((headers) => headers['x-request-id']))];
}

async function post(body: object, id: string): Promise<string | null> {
  const headers = { 'content-type': 'application/json', 'x-request-id': id };
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(await response.text()).not.toContain('errors');
  return response.headers.get('x-request-id');
}

describe('the request id of a client is the one of the response and of all upstream calls', () => {
  test('the first and every further POST of a document sends its own request id upstream', async () => {
    await post({ query }, 'warm-up'); // logs in
    for (const id of ['first-1', 'second_2', 'third-3']) {
      forgetCalls();
      expect(await post({ query }, id)).toBe(id);
      expect(upstream.headers).toHaveLength(2);
      expect(idsUpstream()).toEqual([id]);
    }
  });

  test('a GET request sends its request id upstream', async () => {
    const url = `${server.url}/graphql?query=${encodeURIComponent(query)}`;
    const headers = { 'x-request-id': 'by-get', 'graphql-require-preflight': '1' };
    const response = await fetch(url, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toBe('by-get');
    expect(idsUpstream()).toEqual(['by-get']);
  });

  test('each operation of a batch sends the request id of the batch upstream', async () => {
    expect(await post([{ query }, { query: query.replace('firstName', 'lastName') }], 'batch-1')).toBe('batch-1');
    expect(upstream.headers.length).toBeGreaterThan(1);
    expect(idsUpstream()).toEqual(['batch-1']);
  });

  test('a retried call has the request id of its first attempt', async () => {
    emulator.control.fault({ path: '/devices', kind: 'status', status: 503 });
    await post({ query }, 'retried');
    expect(upstream.requests.filter((request) => request.includes('/devices'))).toHaveLength(2);
    expect(idsUpstream()).toEqual(['retried']);
  });

  test('a malformed request id is replaced before it is sent upstream', async () => {
    const id = await post({ query }, 'ada@example.com');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(idsUpstream()).toEqual([id]);
  });
});
