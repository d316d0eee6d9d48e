import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { contactsPath, logIn, logInClient, sendRequest, startTestEmulator, waitUntil } from './support.ts';

const path = `/v2/customers/${demo.contactId}`;

const { emulator, ...initial } = await startTestEmulator({ contacts: 50 });
let { api } = initial;

const requestControl = (method: string, name: string, body?: unknown) =>
  sendRequest(`${emulator.url}/__emulator${name}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test('the call log has every call as it was received, and no token', async () => {
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

test('the control functions count calls by route', async () => {
  await api('GET', path);
  await api('GET', path);
  await api('GET', contactsPath(emulator));
  expect(emulator.control.counts()).toMatchObject({ contact: 2, contacts: 1, events: 0, unknown: 0 });
  emulator.control.clearLog();
  expect(emulator.control.counts()).toMatchObject({ contact: 0, contacts: 0 });
  expect(emulator.control.calls()).toEqual([]);
});

test('the control functions return the peak number of concurrent calls', async () => {
  const { control } = emulator;
  control.fault({ kind: 'hang', times: 5 });
  const disconnect = new AbortController();
  const calls = Array.from({ length: 5 }, () => fetch(emulator.url + path, { signal: disconnect.signal }));
  await waitUntil(() => control.loggedInFlight() === 5);
  disconnect.abort();
  await Promise.allSettled(calls);
  await waitUntil(() => control.loggedInFlight() === 0);
  expect(control.peakInFlight()).toBe(5);
});

test('the list that calls() returns does not change with later calls', async () => {
  await api('GET', path);
  const before = emulator.control.calls();
  await api('GET', path);
  expect(before).toHaveLength(1);
});

test('a reset restores every default setting and leaves the contacts unchanged', async () => {
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
  const own = await logInClient(emulator);
  expect((await own('GET', contactsPath(emulator, { size: '100' }))).body).toMatchObject({
    total: 50,
    sid: expect.any(String),
  });
  control.clock({ skewSeconds: 3600 });
  expect((await own('GET', path)).status).toBe(200);
});

test('GET /__emulator lists the actions, the fault kinds and the credentials of the clients', async () => {
  const { status, body } = await requestControl('GET', '');
  expect(status).toBe(200);
  expect(body.clients.manager).toMatchObject({ clientKey: demo.clientKey, clientSecret: demo.clientSecret });
  expect(body.actions).toContain('POST /__emulator/faults');
  expect(body.faultKinds).toContain('hang');
});

test('the control endpoints do the same as the control functions, and their requests are not logged', async () => {
  await api('GET', path);
  expect((await requestControl('GET', '/calls')).body.calls).toEqual(
    JSON.parse(JSON.stringify(emulator.control.calls())),
  );
  expect((await requestControl('GET', '/counts')).body).toMatchObject({
    counts: { contact: 1 },
    inFlight: 0,
    abortedByClient: 0,
  });
  await requestControl('POST', '/faults', { path, kind: 'status', status: 503, times: 'Infinity' });
  expect((await api('GET', path)).status).toBe(503);
  await requestControl('DELETE', '/faults');
  expect((await api('GET', path)).status).toBe(200);
  await requestControl('PUT', '/latency', { ms: 40 });
  const start = performance.now();
  await api('GET', path);
  expect(performance.now() - start).toBeGreaterThanOrEqual(39);
  await requestControl('PUT', '/latency', { pattern: 'events', ms: 1 });
  await requestControl('PUT', '/clock', { skewSeconds: 90_000 });
  expect((await api('GET', path)).status).toBe(403);
  await requestControl('POST', '/reset');
  expect((await api('GET', path)).status).toBe(200);
  await requestControl('PUT', '/scrolls', { total: false, end: 'no-sid' });
  expect((await api('GET', contactsPath(emulator, { size: '100' }))).body).not.toHaveProperty('total');
  await requestControl('PUT', '/tokens', {
    expireAll: true,
    lifetimeSeconds: 60,
    claims: true,
    refusalStatus: 401,
    redeemLimit: { count: 1, seconds: 1 },
  });
  expect((await api('GET', path)).status).toBe(401);
  const [, claims = ''] = (await logIn(emulator, emulator)).split('.');
  expect(Buffer.from(claims, 'base64url').toString()).toContain(emulator.organizationId);
  api = await logInClient(emulator);
  await requestControl('DELETE', '/calls');
  expect(emulator.control.calls()).toEqual([]);
});

test('PUT /__emulator/scrolls can drop all scrolls', async () => {
  const { sid } = (await api('GET', contactsPath(emulator, { size: '10' }))).body;
  await requestControl('PUT', '/scrolls', { drop: true });
  expect((await api('GET', contactsPath(emulator, { size: '10', sid }))).status).toBe(410);
});

test.for([
  ['POST', '/faults', {}],
  ['POST', '/faults', { kind: 'explode' }],
  ['POST', '/faults', { kind: 'hang', time: 1 }],
  ['PUT', '/latency', { ms: -1 }],
  ['PUT', '/clock', { skewSeconds: 'much' }],
  ['PUT', '/scrolls', { expiredStatus: 500 }],
  ['PUT', '/tokens', { lifetimeSeconds: '1' }],
  ['PUT', '/tokens', { refusalStatus: 404 }],
] as const)('the invalid control request %s %s %j is a 400 with a message', async ([method, name, body]) => {
  expect(await requestControl(method, name, body)).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/.{10}/) },
  });
});

test('a control request with invalid JSON is a 400, and one with an unknown path or method is a 404', async () => {
  const broken = await sendRequest(`${emulator.url}/__emulator/faults`, { method: 'POST', body: '{' });
  expect(broken.status).toBe(400);
  expect((await requestControl('GET', '/nowhere')).status).toBe(404);
  expect((await requestControl('PATCH', '/faults')).status).toBe(404);
});
