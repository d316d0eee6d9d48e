import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, publicApp } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
let server: HttpServer;
let token: string;
let logged: string[];
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50, claims: true });
  client = createUpstreamClient({ url: emulator.url });
  token = await logIn(demo);
});
beforeEach(() => serve({}));
afterEach(async () => {
  await server.stop(0);
  await gateway.close();
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

/** Long enough that all requests of a test arrive before the first response is ready. */
const latencyMs = 800;

/** Starts a gateway that has executed the document `ada`: only documents of the document cache are shared. */
async function serve(env: Record<string, string>): Promise<void> {
  logged = [];
  const log = createLog('info', { write: (line: string) => void logged.push(line) });
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url, CACHE_BYTES: '0', ...env },
    client,
    authenticate: authenticateByPassthrough(),
    log,
  });
  server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
  await ask(ada);
  logged.length = 0;
  emulator.control.reset();
  emulator.control.latency({ pattern: '.', ms: latencyMs });
}

async function logIn({ clientKey, clientSecret }: { clientKey: string; clientSecret: string }): Promise<string> {
  const response = await fetch(`${emulator.url}/v1/sts/login/services`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientKey, clientSecret }),
  });
  return ((await response.json()) as { token: string }).token;
}

type More = { headers?: Record<string, string>; by?: string; signal?: AbortSignal };

async function ask(query: string, { headers, by = token, signal }: More = {}): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${by}`, ...headers },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
  return response.text();
}

const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName devices { nodes { macAddress } } } }`;
const routes = () => emulator.control.calls().map(({ route }) => route);
const lines = () => logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');

test('identical pending queries are executed once, and each gets the same body with its own request id', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => ask(ada, { headers: { 'x-request-id': `r${n}` } })),
  );
  expect(new Set(answers)).toEqual(new Set([answers[0]]));
  expect(JSON.parse(answers[0] ?? '').data.contact.firstName).toBe('Ada');
  expect(routes().sort()).toEqual(['contact', 'devices']);
  expect(lines()).toHaveLength(20);
  expect(new Set(lines().map(({ requestId }) => requestId)).size).toBe(20);
  expect(
    lines().filter(({ answeredWith, upstreamCalls }) => answeredWith === undefined && upstreamCalls === 2),
  ).toHaveLength(1);
});

test('a query that arrives after the response of an identical one is executed again', async () => {
  await ask(ada);
  await ask(ada);
  expect(routes().sort()).toEqual(['contact', 'contact', 'devices', 'devices']);
});

/** The number of executions. Upstream calls do not show it: identical reads of one caller share one call. */
const executions = () => lines().filter(({ answeredWith }) => answeredWith === undefined).length;

test.each<[string, [string, More], [string, More]]>([
  ['a query with other white space', [ada, {}], [ada.replace(' {', '  {'), {}]],
  ['a query with another Cache-Control header', [ada, {}], [ada, { headers: { 'cache-control': 'no-cache' } }]],
  ['a query for another media type', [ada, {}], [ada, { headers: { accept: 'application/graphql-response+json' } }]],
])('%s is executed by itself', async (_, [one, more], [other, otherMore]) => {
  await Promise.all([ask(one, more), ask(other, otherMore)]);
  expect(executions()).toBe(2);
});

test('an identical query with another token is executed by itself, with upstream calls of its own', async () => {
  const other = await logIn(publicApp);
  emulator.control.clearLog();
  const [mine, theirs] = await Promise.all([ask(ada), ask(ada, { by: other })]);
  expect(theirs).toBe(mine);
  expect(executions()).toBe(2);
  expect(routes().sort()).toEqual(['contact', 'contact', 'devices', 'devices']);
});

test.each([
  ['a list', '{ contacts(first: 2) { nodes { cid } } }', 'contacts'],
  [
    'a list in a fragment',
    'query { ...A } fragment A on Query { list: contacts(first: 2) { nodes { cid } } }',
    'contacts',
  ],
  [
    'a mutation',
    `mutation { issueContactToken(input: {id: "${Buffer.from(`Contact:${demo.contactId}`).toString('base64')}", expiresIn: 60, hits: 1}) { token } }`,
    'issueToken',
  ],
])('%s is executed for each request, also when its document is cached', async (_, query, route) => {
  await ask(query);
  emulator.control.clearLog();
  const answers = await Promise.all([ask(query), ask(query)]);
  expect(answers.join('')).not.toContain('"errors"');
  expect(routes()).toEqual([route, route]);
});

test('a shared execution continues when one of its clients leaves', async () => {
  const leaving = new AbortController();
  const lost = ask(ada, { signal: leaving.signal });
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(2);
  const staying = ask(ada);
  await sleep(latencyMs / 4); // A joining request makes no upstream call that the test could wait for.
  leaving.abort();
  await expect(lost).rejects.toThrow();
  expect(JSON.parse(await staying).data.contact.firstName).toBe('Ada');
  expect(emulator.control.abortedByClient()).toBe(0);
  expect(routes()).toHaveLength(2);
});

test('a shared execution is aborted when its last client leaves', async () => {
  const leaving = new AbortController();
  const lost = [ask(ada, { signal: leaving.signal }), ask(ada, { signal: leaving.signal })];
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(2);
  await sleep(latencyMs / 4);
  leaving.abort();
  await Promise.allSettled(lost);
  await expect.poll(() => emulator.control.abortedByClient()).toBe(2);
});

test('a shared execution that fails is answered with the same error to every request', async () => {
  emulator.control.fault({ path: demo.contactId, kind: 'status', status: 404, times: 10 });
  const answers = await Promise.all([ask(ada), ask(ada), ask(ada)]);
  expect(answers.map((answer) => JSON.parse(answer).data)).toEqual(Array(3).fill({ contact: null }));
  expect(executions()).toBe(1);
});

test.each([
  [{ SWITCHED_OFF: 'coalescer' }, 4],
  [{ ACCELERATORS: 'fast-path,planned-execution' }, 2],
  [{ ACCELERATORS: 'none' }, 2],
])('with %j identical queries are executed one by one, with %i upstream calls', async (env, calls) => {
  await server.stop(0);
  await gateway.close();
  await serve(env);
  await Promise.all([ask(ada), ask(ada)]);
  expect(executions()).toBe(2);
  expect(routes()).toHaveLength(calls);
});

test('the first requests of a document are executed one by one, and later ones share an execution', async () => {
  const fresh = ada.replace('firstName', 'lastName');
  await Promise.all([ask(fresh), ask(fresh)]);
  expect(executions()).toBe(2);
  await Promise.all([ask(fresh), ask(fresh)]);
  expect(executions()).toBe(3);
});

test('a query whose comments and aliases only mention mutations and lists is shared', async () => {
  const query = `# mutation, subscription, contacts\n${ada.replace('firstName', 'contacts: firstName')}`;
  await ask(query);
  logged.length = 0;
  await Promise.all([ask(query), ask(query)]);
  expect(executions()).toBe(1);
});

describe('with cached reads', () => {
  beforeEach(async () => {
    await server.stop(0);
    await gateway.close();
    await serve({ CACHE_BYTES: '10000000' });
    emulator.control.reset();
  });

  /** Sends all requests at once on connections of their own, so that the gateway reads them in one tick of the event loop. */
  async function askInOneTick(...requests: [query: string, by?: string][]): Promise<string[]> {
    const { port, hostname } = new URL(server.url);
    const sockets = requests.map(() => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await sleep(20); // The gateway needs time to accept the connections.
    const answers = sockets.map((socket) => text(socket));
    for (const [n, [query, by = token]] of requests.entries()) {
      const body = JSON.stringify({ query });
      const headers = [`content-length: ${body.length}`, `authorization: Bearer ${by}`, 'connection: close'];
      const head = ['POST /graphql HTTP/1.1', 'host: gateway', 'content-type: application/json', ...headers];
      sockets[n]?.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    }
    return (await Promise.all(answers)).map((answer) => answer.slice(answer.indexOf('\r\n\r\n')));
  }

  test('identical queries that are read in one tick are executed once', async () => {
    await ask(ada);
    emulator.control.clearLog();
    logged.length = 0;
    const answers = await askInOneTick([ada], [ada], [ada]);
    expect(answers[0]).toContain('"Ada"');
    expect(new Set(answers).size).toBe(1);
    expect(routes()).toEqual([]);
    expect(executions()).toBe(1);
    expect(lines().filter(({ answeredWith }) => answeredWith !== undefined)).toHaveLength(2);
  });

  test('a query that arrives after the response of an identical one is executed again', async () => {
    for (let n = 0; n < 3; n += 1) await ask(ada);
    expect(executions()).toBe(3);
  });

  test('identical queries of two callers are executed twice', async () => {
    const other = await logIn(publicApp);
    await askInOneTick([ada], [ada, other]);
    expect(executions()).toBe(2);
  });

  test.each(['mutation { updateContact(input: {id: "x"}) { userErrors { code } } }', '{ contacts { totalCount } }'])(
    'identical mutations and lists are executed one by one: %s',
    async (query) => {
      await ask(query);
      logged.length = 0;
      await askInOneTick([query], [query]);
      expect(executions()).toBe(2);
    },
  );
});

test('a query that arrives after a mutation does not share an execution that began before it', async () => {
  const before = ask(ada);
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(2);
  await ask('mutation { updateContact(input: {id: "x"}) { userErrors { code } } }');
  await Promise.all([before, ask(ada)]);
  expect(executions()).toBe(3);
});
