import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Api, connect, listPath, logIn, send } from './support.ts';

let emulator: Emulator;
let api: Api;
const path = `/v2/customers/${demo.contactId}`;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
  api = await connect(emulator);
});
beforeEach(() => emulator.control.reset());
afterAll(() => emulator.close());

const door = (method: string, name: string, body?: unknown) =>
  send(`${emulator.url}/__emulator${name}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

test('the log holds every call as it was received, and no token', async () => {
  const token = await logIn(emulator, emulator);
  const odd = `${path}/events?a=%2e%2e&b=%zz`;
  await fetch(emulator.url + odd, { headers: { authorization: `Bearer ${token}` } });
  await fetch(`${emulator.url}/nowhere`);
  const calls = emulator.control.calls();
  expect(calls).toMatchObject([
    { method: 'POST', path: '/v1/sts/login/services', route: 'login', status: 200 },
    { method: 'GET', path: odd, route: 'events', status: 409, tokenId: expect.any(String) },
    { method: 'GET', path: '/nowhere', route: 'unknown', status: 404 },
  ]);
  expect(Math.abs((calls[0]?.at ?? 0) - Date.now())).toBeLessThan(60_000);
  const log = JSON.stringify(calls);
  for (const part of token.split('.')) expect(log).not.toContain(part);
});

test('calls are counted by route', async () => {
  await api('GET', path);
  await api('GET', path);
  await api('GET', listPath(emulator));
  expect(emulator.control.counts()).toMatchObject({ contact: 2, contacts: 1, events: 0, unknown: 0 });
  emulator.control.clearLog();
  expect(emulator.control.counts()).toMatchObject({ contact: 0, contacts: 0 });
  expect(emulator.control.calls()).toEqual([]);
});

test('the peak of calls in flight is known', async () => {
  emulator.control.latency(30);
  await Promise.all(Array.from({ length: 5 }, () => api('GET', path)));
  expect(emulator.control.peakInFlight()).toBe(5);
});

test('what calls() gave does not change afterwards', async () => {
  await api('GET', path);
  const before = emulator.control.calls();
  await api('GET', path);
  expect(before).toHaveLength(1);
});

test('a reset puts everything back to its default, and leaves the data alone', async () => {
  const { control } = emulator;
  control.fault({ kind: 'status', times: Infinity });
  control.latency(60_000);
  control.clock({ skewSeconds: 1e9 });
  control.tokenLifetime(1);
  control.scrolls({ end: 'no-sid', total: false });
  control.redeemLimit({ count: 0, seconds: 10 });
  const { cid } = emulator.insert();
  control.reset();
  expect(emulator.remove(cid)).toBe(true);
  const own = await connect(emulator);
  expect((await own('GET', listPath(emulator, { size: '100' }))).body).toMatchObject({
    total: 50,
    sid: expect.any(String),
  });
  control.clock({ skewSeconds: 3600 });
  expect((await own('GET', path)).status).toBe(200);
});

test('the door describes itself and the demo credentials', async () => {
  const { status, body } = await door('GET', '');
  expect(status).toBe(200);
  expect(body.clients.manager).toMatchObject({ clientKey: demo.clientKey, clientSecret: demo.clientSecret });
  expect(body.actions).toContain('POST /__emulator/faults');
  expect(body.faultKinds).toContain('hang');
});

test('the door does over HTTP what the control does, and is never logged', async () => {
  await api('GET', path);
  expect((await door('GET', '/calls')).body.calls).toEqual(JSON.parse(JSON.stringify(emulator.control.calls())));
  expect((await door('GET', '/counts')).body).toMatchObject({
    counts: { contact: 1 },
    inFlight: 0,
    abortedByClient: 0,
  });
  await door('POST', '/faults', { path, kind: 'status', status: 503, times: 'Infinity' });
  expect((await api('GET', path)).status).toBe(503);
  await door('DELETE', '/faults');
  expect((await api('GET', path)).status).toBe(200);
  await door('PUT', '/latency', { ms: 40 });
  const start = performance.now();
  await api('GET', path);
  expect(performance.now() - start).toBeGreaterThanOrEqual(39);
  await door('PUT', '/latency', { pattern: 'events', ms: 1 });
  await door('PUT', '/clock', { skewSeconds: 90_000 });
  expect((await api('GET', path)).status).toBe(403);
  await door('POST', '/reset');
  expect((await api('GET', path)).status).toBe(200);
  await door('PUT', '/scrolls', { total: false, end: 'no-sid' });
  expect((await api('GET', listPath(emulator, { size: '100' }))).body).not.toHaveProperty('total');
  await door('PUT', '/tokens', { expireAll: true, lifetimeSeconds: 60, redeemLimit: { count: 1, seconds: 1 } });
  expect((await api('GET', path)).status).toBe(403);
  api = await connect(emulator);
  await door('DELETE', '/calls');
  expect(emulator.control.calls()).toEqual([]);
});

test('a scroll can be dropped through the door', async () => {
  const { sid } = (await api('GET', listPath(emulator, { size: '10' }))).body;
  await door('PUT', '/scrolls', { drop: true });
  expect((await api('GET', listPath(emulator, { size: '10', sid }))).status).toBe(410);
});

test.for([
  ['POST', '/faults', {}],
  ['POST', '/faults', { kind: 'explode' }],
  ['POST', '/faults', { kind: 'hang', time: 1 }],
  ['PUT', '/latency', { ms: -1 }],
  ['PUT', '/clock', { skewSeconds: 'much' }],
  ['PUT', '/scrolls', { expiredStatus: 500 }],
  ['PUT', '/tokens', { lifetimeSeconds: '1' }],
] as const)('%s %s with %j is a 400 that says why', async ([method, name, body]) => {
  expect(await door(method, name, body)).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/.{10}/) },
  });
});

test('the door answers nonsense without falling over', async () => {
  const broken = await send(`${emulator.url}/__emulator/faults`, { method: 'POST', body: '{' });
  expect(broken.status).toBe(400);
  expect((await door('GET', '/nowhere')).status).toBe(404);
  expect((await door('PATCH', '/faults')).status).toBe(404);
});
