import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';

let stack: MeasuredGateway;
let cid = '';
beforeEach(async () => {
  stack = await startMeasuredGateway({ emulator: { contacts: 5 }, env: { SWITCHED_OFF: 'cache,retry' } });
  [{ cid = '' } = {}] = stack.emulator.contacts();
});
afterEach(() => stack.close());

async function readContact(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await stack.query(`{ contact(by: { cid: "${cid}" }) { cid } }`);
}

test('a process without problems is ok, with its versions, its state and the calls of each endpoint', async () => {
  await readContact(6);
  const response = await fetch(`${stack.operatorUrl}/healthz`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  const report = await stack.health();
  expect(report).toMatchObject({
    status: 'ok',
    reasons: [],
    versions: { contactgraph: '1.2.3', node: process.version, schema: expect.stringMatching(/^[0-9a-f]{12}$/) },
    ready: true,
    draining: false,
    trustedDocuments: 0,
    droppedLogLines: expect.any(Number),
    http: { refusedRequests: 0 },
    upstream: { circuitBreaker: 'closed', limiter: { inFlight: 0, queued: 0 }, retryTokens: 10 },
  });
  expect(report.upstream.endpoints).toEqual([
    { name: 'login', state: 'ok', calls: 1, failures: 0, p50Ms: expect.any(Number), p99Ms: expect.any(Number) },
    { name: 'contact', state: 'ok', calls: 6, failures: 0, p50Ms: expect.any(Number), p99Ms: expect.any(Number) },
  ]);
});

test('an endpoint that answers with server errors is named as failing, and the others stay ok', async () => {
  await readContact(9);
  stack.emulator.control.fault({ path: cid, kind: 'status', status: 503 });
  await readContact(1);
  const { status, reasons, upstream } = await stack.health();
  expect([status, reasons]).toEqual(['degraded', ['the upstream endpoint contact is failing']]);
  expect(upstream.endpoints).toMatchObject([
    { name: 'login', state: 'ok' },
    { name: 'contact', failures: 1 },
  ]);
});

test('a contact that does not exist is no failure of the endpoint', async () => {
  for (let count = 0; count < 6; count += 1) {
    await stack.query('{ contact(by: { cid: "00000000000000000000000000000000" }) { cid } }');
  }
  expect(await stack.health()).toMatchObject({
    status: 'ok',
    upstream: { endpoints: [{}, { calls: 6, failures: 0 }] },
  });
});

test('an endpoint whose calls take more than a second is named as slow', async () => {
  stack.emulator.control.latency({ pattern: '/v2/customers/', ms: 1_300 });
  const cids = [...stack.emulator.contacts()].map((contact) => contact.cid);
  await Promise.all(cids.map((each) => stack.query(`{ contact(by: { cid: "${each}" }) { cid } }`)));
  const { reasons, upstream } = await stack.health();
  expect(reasons).toEqual(['the upstream endpoint contact is slow']);
  expect(upstream.endpoints[1].p50Ms).toBeGreaterThan(1_000);
});

test('an open circuit breaker is failing, and the report says so in words', async () => {
  stack.emulator.control.fault({ path: cid, kind: 'reset', times: Number.POSITIVE_INFINITY });
  let report = await stack.health();
  while (report.upstream.circuitBreaker !== 'open') {
    await readContact(1);
    report = await stack.health();
  }
  const { status, reasons } = report;
  expect(status).toBe('failing');
  expect(reasons).toContain('the circuit breaker is open: calls to the upstream are rejected');
});

test('a process that stops says so', async () => {
  stack.gateway.drain();
  expect(await stack.health()).toMatchObject({
    status: 'failing',
    reasons: ['the process is stopping'],
    ready: false,
    draining: true,
  });
});
