import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
const start = async (env: Record<string, string>) => {
  stack = await startGateway({ emulator: { contacts: 20 }, env, debug: true });
  await stack.query('{ viewer { scopes } contacts(first: 1) { totalCount } }'); // logs in
  stack.logged.length = 0;
};
afterEach(() => stack.close());

const query = `query Slow { contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } } }`;
const lines = (msg: string) => stack.logged.map((line) => JSON.parse(line)).filter((line) => line.msg === msg);

describe('an operation that takes longer than SLOW_OPERATION_MS', () => {
  beforeEach(() => start({ SLOW_OPERATION_MS: '40', SWITCHED_OFF: 'cache,rate-limit-gate' }));

  test('it has a line with its upstream calls: endpoint, start, duration and attempt, and no id', async () => {
    stack.emulator.control.latency({ pattern: '/devices', ms: 100 });
    const { headers } = await stack.query(query);
    const [line] = lines('slow operation');
    expect(line).toMatchObject({ level: 40, operation: 'query', name: 'Slow', upstreamCalls: 2 });
    expect(line.requestId).toBe(headers.get('x-request-id'));
    expect(line.attempts).toContainEqual({
      ...{ endpoint: 'devices', attempt: 1, startedMs: expect.any(Number), ms: expect.any(Number) },
    });
    expect(line.attempts.at(-1).ms).toBeGreaterThanOrEqual(90);
    expect(JSON.stringify(line)).not.toContain(demo.contactId);
  });

  test('its line lists each attempt of a repeated call with the code of its error', async () => {
    stack.emulator.control.latency({ pattern: '/devices', ms: 50 });
    stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 503 });
    await stack.query(query);
    const attempts = lines('slow operation')[0].attempts.filter(
      ({ endpoint }: { endpoint: string }) => endpoint === 'devices',
    );
    expect(attempts).toMatchObject([{ attempt: 1, error: 'UPSTREAM_UNAVAILABLE' }, { attempt: 2 }]);
  });

  test('its line lists 50 attempts at most, and counts all of them', async () => {
    stack.emulator.control.latency({ pattern: '/devices', ms: 100 });
    await stack.query(
      '{ contacts(first: 20) { nodes { devices { totalCount } wifiProfiles: devices { totalCount } } } }',
    );
    stack.emulator.control.latency({ pattern: '.', ms: 60 });
    const cids = Array.from({ length: 30 }, (_, n) => `c${n}: contactExists(by: {username: "u${n}"})`).join(' ');
    const more = Array.from({ length: 30 }, (_, n) => `d${n}: contactExists(by: {username: "v${n}"})`).join(' ');
    await stack.query(`{ ${cids} ${more} }`);
    const line = lines('slow operation').at(-1);
    expect(line.upstreamCalls).toBeGreaterThan(50);
    expect(line.attempts).toHaveLength(50);
  });
});

test.each([
  ['0', 100],
  ['60000', 100],
])('with SLOW_OPERATION_MS=%s an operation of %i ms has no such line', async (slowMs, ms) => {
  await start({ SLOW_OPERATION_MS: slowMs });
  stack.emulator.control.latency({ pattern: '/devices', ms });
  await stack.query(query);
  expect(lines('operation')).toHaveLength(1);
  expect(lines('slow operation')).toEqual([]);
});

test('each attempt of an upstream call has a line of the level debug: endpoint, status, duration and request id', async () => {
  await start({ SWITCHED_OFF: 'cache' });
  stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 503 });
  await stack.query(query, {}, { 'x-request-id': 'of-debug' });
  const common = { level: 20, requestId: 'of-debug', method: 'GET', ms: expect.any(Number) };
  const calls = lines('upstream call');
  expect(calls).toContainEqual(expect.objectContaining({ ...common, endpoint: 'contact', attempt: 1, status: '2xx' }));
  expect(calls.filter(({ endpoint }) => endpoint === 'devices')).toMatchObject([
    { ...common, attempt: 1, status: 503, error: 'UPSTREAM_UNAVAILABLE' },
    { ...common, attempt: 2, status: '2xx' },
  ]);
  expect(JSON.stringify(calls)).not.toContain(demo.contactId);
});

describe('the level of the line of an operation', () => {
  beforeEach(() => start({}));

  test('it is a warning where the upstream failed, also if the status of the response is 200', async () => {
    stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
    expect((await stack.query(query)).status).toBe(200);
    expect(lines('operation')).toMatchObject([{ level: 40, errors: ['UPSTREAM_UNAVAILABLE'] }]);
    expect(lines('The upstream failed.')).toMatchObject([{ level: 40, endpoint: 'devices', ms: expect.any(Number) }]);
  });

  test('it is an information where the client made a mistake', async () => {
    await stack.query('{ contacts(first: 0) { totalCount } }');
    expect(lines('operation')).toMatchObject([{ level: 30, errors: ['BAD_USER_INPUT'] }]);
  });
});
