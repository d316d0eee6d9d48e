import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startTracedGateway, type TracedGateway, toTree, twoCalls } from '../support/traced-gateway.ts';

let gateway: TracedGateway;
afterEach(() => gateway.close());

/** The spans of `twoCalls` below its operation. */
const steps = [
  ['contact', ['GET /v2/customers/{id}']],
  ['devices', ['GET /v2/customers/{id}/devices']],
];

describe('a request, its operation, its reads and their calls are one trace', () => {
  test('the first and every further POST of a document has the same spans', async () => {
    gateway = await startTracedGateway();
    for (let n = 0; n < 3; n += 1) expect((await gateway.query(twoCalls)).status).toBe(200);
    const spans = await gateway.exported();
    expect(toTree(spans)).toEqual(Array(3).fill(['POST /graphql', ['query', ...steps]]));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
  });

  test('a GET request has the same spans', async () => {
    gateway = await startTracedGateway();
    await fetch(`${gateway.url}?query=${encodeURIComponent(twoCalls)}`, {
      headers: { 'graphql-require-preflight': '1' },
    });
    expect(toTree(await gateway.exported())).toEqual([['GET /graphql', ['query', ...steps]]]);
  });

  test('each operation of a batch has a span below that of the request', async () => {
    gateway = await startTracedGateway({ MAX_BATCH: '5' });
    const body = JSON.stringify([{ query: twoCalls }, { query: '{ __typename }' }]);
    await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const [[name, ...operations] = []] = toTree(await gateway.exported()) as unknown[][];
    expect(name).toBe('POST /graphql');
    expect(operations).toHaveLength(2);
    expect(operations).toContainEqual(['query']);
    expect(operations).toContainEqual(['query', ...steps]);
  });

  test('requests that share an execution have a span each, and the operation is below the first one', async () => {
    gateway = await startTracedGateway();
    await gateway.query(twoCalls);
    gateway.emulator.control.latency({ pattern: '.', ms: 100 });
    await Promise.all([gateway.query(twoCalls), gateway.query(twoCalls)]);
    const calls = gateway.upstream.requests.filter((request) => request.startsWith('GET'));
    const trees = toTree(await gateway.exported());
    expect(trees.filter((tree) => (tree as unknown[]).length > 1)).toHaveLength(calls.length / 2);
    expect(trees).toHaveLength(3);
  });
});

test('the spans name their kind, method, endpoint, status and operation', async () => {
  gateway = await startTracedGateway({ OTEL_SERVICE_NAME: 'edge', OTEL_RESOURCE_ATTRIBUTES: 'team=a%20b,zone=1' });
  await gateway.query(twoCalls);
  const spans = await gateway.exported();
  const find = (wanted: string) => spans.find(({ name }) => name === wanted);
  expect(find('POST /graphql')).toMatchObject({
    kind: 'server',
    attributes: { 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200 },
    resource: { 'service.name': 'edge', team: 'a b', zone: '1' },
  });
  expect(find('query')).toMatchObject({
    kind: 'internal',
    failed: false,
    attributes: { 'graphql.operation.type': 'query', 'graphql.operation.name': 'TwoCalls', 'contactgraph.requests': 2 },
  });
  expect(find('devices')).toMatchObject({
    attributes: { 'contactgraph.cache.state': 'upstream', 'contactgraph.requests': 1 },
  });
  expect(find('GET /v2/customers/{id}/devices')).toMatchObject({
    kind: 'client',
    attributes: {
      'http.request.method': 'GET',
      'url.template': '/v2/customers/{id}/devices',
      'contactgraph.endpoint': 'devices',
      'http.response.status_code': 200,
    },
  });
});

test('a cached read has a span that says so, and no call below it', async () => {
  gateway = await startTracedGateway({ SWITCHED_OFF: 'retry' });
  await gateway.query(`{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`);
  await gateway.query(`{ contact(by: {cid: "${demo.contactId}"}) { lastName } }`);
  const reads = (await gateway.exported()).filter(({ name }) => name === 'contact');
  expect(reads.map(({ attributes }) => attributes['contactgraph.cache.state'])).toEqual(['upstream', 'cache']);
});

test('a call that is repeated has a span for each attempt', async () => {
  gateway = await startTracedGateway();
  gateway.emulator.control.fault({ path: '/devices', kind: 'status', status: 503 });
  await gateway.query(twoCalls);
  const attempts = (await gateway.exported()).filter(({ name }) => name.endsWith('/devices'));
  expect(attempts).toMatchObject([
    { failed: true, attributes: { 'http.response.status_code': 503, 'error.type': 'UPSTREAM_UNAVAILABLE' } },
    { failed: false, attributes: { 'http.response.status_code': 200, 'http.request.resend_count': 1 } },
  ]);
  expect(attempts[0]?.parentId).toBe(attempts[1]?.parentId);
});

test('a call that waits for the limiter has the time of its wait', async () => {
  gateway = await startTracedGateway({ UPSTREAM_CONNECTIONS: '1' });
  gateway.emulator.control.latency({ pattern: '.', ms: 20 });
  await gateway.query(twoCalls);
  const waits = (await gateway.exported()).flatMap(({ attributes }) => attributes['contactgraph.wait_ms'] ?? []);
  expect(waits).toEqual([expect.any(Number)]);
});

test('the operation whose upstream fails is a failed span with its error codes', async () => {
  gateway = await startTracedGateway({ SWITCHED_OFF: 'cache,retry' });
  gateway.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
  await gateway.query(twoCalls);
  const spans = await gateway.exported();
  expect(spans.find(({ name }) => name === 'query')).toMatchObject({
    failed: true,
    attributes: { 'contactgraph.error.codes': ['UPSTREAM_UNAVAILABLE'], 'error.type': 'UPSTREAM_UNAVAILABLE' },
  });
  expect(spans.find(({ name }) => name === 'POST /graphql')).toMatchObject({ failed: false });
});
