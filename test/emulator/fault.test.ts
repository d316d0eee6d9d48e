import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Api, connect, logIn, send, withToken } from './support.ts';

let emulator: Emulator;
let api: Api;
let token: string;
const path = `/v2/customers/${demo.contactId}`;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
  token = await logIn(emulator, emulator);
  api = await connect(emulator);
});
beforeEach(() => emulator.control.reset());
afterAll(() => emulator.close());

test('a status fault answers with status, code and any Retry-After, as often as it says', async () => {
  emulator.control.fault({ path, kind: 'status', status: 429, code: 'SLOW', retryAfter: '-5', times: 2 });
  for (let n = 0; n < 2; n++) {
    const reply = await api('GET', path);
    expect(reply).toMatchObject({ status: 429, body: { status: 'KO', code: 'SLOW' } });
    expect(reply.headers.get('retry-after')).toBe('-5');
  }
  expect((await api('GET', path)).status).toBe(200);
});

test('a rule may skip calls, match by method or expression, and last for ever', async () => {
  emulator.control.fault({ path: 'customers/[0-9a-f]+$', method: 'GET', kind: 'status', skip: 1, times: Infinity });
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await api('GET', path)).status);
  expect(statuses).toEqual([200, 500, 500, 500]);
  expect((await api('GET', `${path}/events`)).status).toBe(200);
  expect((await api('PUT', `/v3/customers/${demo.contactId}`, {})).status).toBe(200);
  emulator.control.clearFaults();
  expect((await api('GET', path)).status).toBe(200);
});

test('rules are tried in the order of their arrival', async () => {
  emulator.control.fault({ kind: 'status', status: 503 });
  emulator.control.fault({ kind: 'status', status: 504 });
  expect([(await api('GET', path)).status, (await api('GET', path)).status]).toEqual([503, 504]);
});

test('a 200 may say KO', async () => {
  emulator.control.fault({ kind: 'ko', code: 'FORBIDDEN', message: 'No' });
  expect(await api('GET', path)).toMatchObject({
    status: 200,
    body: { status: 'KO', code: 'FORBIDDEN', message: 'No' },
  });
});

test('bodies may be HTML, empty, no JSON, a text of choice, or of another type', async () => {
  emulator.control.fault({ kind: 'html' });
  expect(await api('GET', path)).toMatchObject({ status: 502, text: expect.stringMatching(/^<!doctype html>/) });
  emulator.control.fault({ kind: 'empty' });
  expect(await api('GET', path)).toMatchObject({ status: 200, text: '' });
  emulator.control.fault({ kind: 'invalid-json' });
  expect(await api('GET', path)).toMatchObject({ status: 200, text: expect.stringMatching(/^\{/), body: undefined });
  emulator.control.fault({ kind: 'body', body: '[1]' });
  expect(await api('GET', path)).toMatchObject({ status: 200, body: [1] });
  emulator.control.fault({ kind: 'content-type', contentType: 'application/xml' });
  const odd = await api('GET', path);
  expect(odd.headers.get('content-type')).toBe('application/xml');
  expect(odd.body.customer.firstName).toBe('Ada');
});

test('a redirect leads to another host', async () => {
  emulator.control.fault({ kind: 'redirect', location: 'http://evil.example/' });
  const reply = await api('GET', path);
  expect(reply.status).toBe(302);
  expect(reply.headers.get('location')).toBe('http://evil.example/');
});

test('a gzip bomb is small on the wire and large after', async () => {
  emulator.control.fault({ kind: 'gzip-bomb', bytes: 50_000_000 });
  const bytes = await rawBody();
  expect(bytes.length).toBeLessThan(200_000);
  const text = gunzipSync(bytes).toString();
  expect(text.length).toBeGreaterThan(50_000_000);
  expect(JSON.parse(text).status).toBe('OK');
});

test('a huge body is JSON, but for its size', async () => {
  emulator.control.fault({ kind: 'huge', bytes: 5_000_000 });
  const { text, body } = await api('GET', path);
  expect(text.length).toBeGreaterThan(5_000_000);
  expect(body.status).toBe('OK');
});

test.for(['reset', 'reset-body', 'truncate'] as const)('%s breaks the connection', async (kind) => {
  emulator.control.fault({ kind });
  await expect(api('GET', path)).rejects.toThrow();
  expect((await api('GET', path)).status).toBe(200);
  expect(emulator.control.abortedByClient()).toBe(0);
});

test.for(['hang', 'hang-body'] as const)('%s lasts until the client goes away, which is counted', async (kind) => {
  emulator.control.fault({ kind });
  const gone = new AbortController();
  const call = fetch(emulator.url + path, { headers: { authorization: `Bearer ${token}` }, signal: gone.signal }).then(
    (response) => response.text(),
  );
  await until(() => emulator.control.loggedInFlight() === 1);
  await sleep(30);
  expect(emulator.control.loggedInFlight()).toBe(1);
  gone.abort();
  await expect(call).rejects.toThrow('aborted');
  await until(() => emulator.control.loggedInFlight() === 0);
  expect(emulator.control.abortedByClient()).toBe(1);
  expect(emulator.control.calls()).toMatchObject([{ aborted: true, status: kind === 'hang' ? 0 : 200 }]);
});

test('a drip is the whole answer, byte by byte', async () => {
  const whole = await api('GET', `${path}/devices`);
  emulator.control.fault({ kind: 'drip', ms: 1 });
  const dripped = await api('GET', `${path}/devices`);
  expect(dripped.body.devices).toEqual(whole.body.devices);
});

test('an answer may be late, once', async () => {
  emulator.control.fault({ kind: 'delay', ms: 60 });
  const start = performance.now();
  expect((await api('GET', path)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThanOrEqual(59);
});

test('a connection may be closed after an answer that promised to keep it', async () => {
  emulator.control.fault({ kind: 'close' });
  const reply = await api('GET', path);
  expect(reply.headers.get('connection')).not.toBe('close');
  expect((await api('GET', path)).status).toBe(200);
});

test('a fault comes before the call is made, and with `after` behind it', async () => {
  const [first, second] = [emulator.insert(), emulator.insert()];
  emulator.control.fault({ kind: 'reset' });
  await expect(api('DELETE', `/v1/customers/${first.cid}`)).rejects.toThrow();
  expect(emulator.find(first.cid)).toBeDefined();
  emulator.control.fault({ kind: 'reset', after: true });
  await expect(api('DELETE', `/v1/customers/${second.cid}`)).rejects.toThrow();
  expect(emulator.find(second.cid)).toBeUndefined();
});

test('a fault needs no token, because the network breaks before anybody looks', async () => {
  emulator.control.fault({ kind: 'status', status: 503 });
  expect((await withToken(emulator, 'none')('GET', path)).status).toBe(503);
});

test('latency delays the answer, not the call', async () => {
  const { cid } = emulator.insert();
  emulator.control.latency(80);
  const start = performance.now();
  const call = api('DELETE', `/v1/customers/${cid}`);
  await until(() => emulator.find(cid) === undefined);
  expect((await call).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThanOrEqual(79);
});

test('latency may concern some calls only', async () => {
  emulator.control.latency({ pattern: '/events$', ms: 10_000 });
  expect((await api('GET', path)).status).toBe(200);
  const signal = AbortSignal.timeout(50);
  const call = send(`${emulator.url}${path}/events`, { headers: { authorization: `Bearer ${token}` }, signal });
  await expect(call).rejects.toThrow('timeout');
});

test('closing ends calls that hang', async () => {
  const own = await startEmulator({ contacts: 30 });
  own.control.fault({ kind: 'hang' });
  own.control.latency({ pattern: 'events', ms: 60_000 });
  const calls = [fetch(`${own.url}${path}`), fetch(`${own.url}${path}/events`)].map((call) =>
    call.catch(() => 'ended'),
  );
  await until(() => own.control.loggedInFlight() === 2);
  await own.close();
  expect(await Promise.all(calls)).toEqual(['ended', 'ended']);
  await expect(fetch(own.url)).rejects.toThrow();
});

/** The bytes of a body as they were sent: fetch would decode them. */
function rawBody(): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(emulator.url + path, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
    });
    request.on('error', reject).end();
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}
