import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startEmulator } from '../../emulator/emulator.ts';
import { clientWithToken, logIn, sendRequest, startTestEmulator, waitUntil } from './support.ts';

const path = `/v2/customers/${demo.contactId}`;

const { emulator, api } = await startTestEmulator({ contacts: 50 });
const token = await logIn(emulator, emulator);

test('a fault of kind status has the status, the code and the Retry-After of its rule, as often as the rule says', async () => {
  emulator.control.fault({ path, kind: 'status', status: 429, code: 'SLOW', retryAfter: '-5', times: 2 });
  for (let n = 0; n < 2; n++) {
    const response = await api('GET', path);
    expect(response).toMatchObject({ status: 429, body: { status: 'KO', code: 'SLOW' } });
    expect(response.headers.get('retry-after')).toBe('-5');
  }
  expect((await api('GET', path)).status).toBe(200);
});

test('a fault rule can skip calls, match by method and regular expression, and apply to all further calls', async () => {
  emulator.control.fault({ path: 'customers/[0-9a-f]+$', method: 'GET', kind: 'status', skip: 1, times: Infinity });
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await api('GET', path)).status);
  expect(statuses).toEqual([200, 500, 500, 500]);
  expect((await api('GET', `${path}/events`)).status).toBe(200);
  expect((await api('PUT', `/v3/customers/${demo.contactId}`, {})).status).toBe(200);
  emulator.control.clearFaults();
  expect((await api('GET', path)).status).toBe(200);
});

test('fault rules are tried in the order in which they were added', async () => {
  emulator.control.fault({ kind: 'status', status: 503 });
  emulator.control.fault({ kind: 'status', status: 504 });
  expect([(await api('GET', path)).status, (await api('GET', path)).status]).toEqual([503, 504]);
});

test('a fault of kind ko is a 200 with the status KO in its body', async () => {
  emulator.control.fault({ kind: 'ko', code: 'FORBIDDEN', message: 'No' });
  expect(await api('GET', path)).toMatchObject({
    status: 200,
    body: { status: 'KO', code: 'FORBIDDEN', message: 'No' },
  });
});

test('a fault can replace the body by HTML, an empty text, invalid JSON or a given text, or change the content type', async () => {
  emulator.control.fault({ kind: 'html' });
  expect(await api('GET', path)).toMatchObject({ status: 502, text: expect.stringMatching(/^<!doctype html>/) });
  emulator.control.fault({ kind: 'empty' });
  expect(await api('GET', path)).toMatchObject({ status: 200, text: '' });
  emulator.control.fault({ kind: 'invalid-json' });
  expect(await api('GET', path)).toMatchObject({ status: 200, text: expect.stringMatching(/^\{/), body: undefined });
  emulator.control.fault({ kind: 'body', body: '[1]' });
  expect(await api('GET', path)).toMatchObject({ status: 200, body: [1] });
  emulator.control.fault({ kind: 'content-type', contentType: 'application/xml' });
  const response = await api('GET', path);
  expect(response.headers.get('content-type')).toBe('application/xml');
  expect(response.body.customer.firstName).toBe('Ada');
});

test('a fault of kind redirect redirects to another host', async () => {
  emulator.control.fault({ kind: 'redirect', location: 'http://evil.example/' });
  const response = await api('GET', path);
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('http://evil.example/');
});

test('a fault of kind gzip-bomb has a small compressed body and a large decoded one', async () => {
  emulator.control.fault({ kind: 'gzip-bomb', bytes: 50_000_000 });
  const bytes = await rawBody();
  expect(bytes.length).toBeLessThan(200_000);
  const text = gunzipSync(bytes).toString();
  expect(text.length).toBeGreaterThan(50_000_000);
  expect(JSON.parse(text).status).toBe('OK');
});

test('a fault of kind huge has a large body of valid JSON', async () => {
  emulator.control.fault({ kind: 'huge', bytes: 5_000_000 });
  const { text, body } = await api('GET', path);
  expect(text.length).toBeGreaterThan(5_000_000);
  expect(body.status).toBe('OK');
});

test.for(['reset', 'reset-body', 'truncate'] as const)('a fault of kind %s interrupts the connection', async (kind) => {
  emulator.control.fault({ kind });
  await expect(api('GET', path)).rejects.toThrow();
  expect((await api('GET', path)).status).toBe(200);
  expect(emulator.control.abortedByClient()).toBe(0);
});

test.for(['hang', 'hang-body'] as const)(
  'a fault of kind %s lasts until the client disconnects, which is counted',
  async (kind) => {
    emulator.control.fault({ kind });
    const disconnect = new AbortController();
    const call = fetch(emulator.url + path, {
      headers: { authorization: `Bearer ${token}` },
      signal: disconnect.signal,
    }).then((response) => response.text());
    await waitUntil(() => emulator.control.loggedInFlight() === 1);
    await sleep(30);
    expect(emulator.control.loggedInFlight()).toBe(1);
    disconnect.abort();
    await expect(call).rejects.toThrow('aborted');
    await waitUntil(() => emulator.control.loggedInFlight() === 0);
    expect(emulator.control.abortedByClient()).toBe(1);
    expect(emulator.control.calls()).toMatchObject([{ aborted: true, status: kind === 'hang' ? 0 : 200 }]);
  },
);

test('a fault of kind drip sends the complete response byte by byte', async () => {
  const complete = await api('GET', `${path}/devices`);
  emulator.control.fault({ kind: 'drip', ms: 1 });
  const slow = await api('GET', `${path}/devices`);
  expect(slow.body.devices).toEqual(complete.body.devices);
});

test('a fault of kind delay delays one response', async () => {
  emulator.control.fault({ kind: 'delay', ms: 60 });
  const start = performance.now();
  expect((await api('GET', path)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThanOrEqual(59);
});

test('a fault of kind close closes the connection after a response that announced to keep it open', async () => {
  emulator.control.fault({ kind: 'close' });
  const response = await api('GET', path);
  expect(response.headers.get('connection')).not.toBe('close');
  expect((await api('GET', path)).status).toBe(200);
});

test('a fault prevents the execution of the call, and with the option after it does not', async () => {
  const [first, second] = [emulator.insert(), emulator.insert()];
  emulator.control.fault({ kind: 'reset' });
  await expect(api('DELETE', `/v1/customers/${first.cid}`)).rejects.toThrow();
  expect(emulator.find(first.cid)).toBeDefined();
  emulator.control.fault({ kind: 'reset', after: true });
  await expect(api('DELETE', `/v1/customers/${second.cid}`)).rejects.toThrow();
  expect(emulator.find(second.cid)).toBeUndefined();
});

test('a fault also applies to calls without a valid token', async () => {
  emulator.control.fault({ kind: 'status', status: 503 });
  expect((await clientWithToken(emulator, 'none')('GET', path)).status).toBe(503);
});

test('a latency delays the response and not the execution of the call', async () => {
  const { cid } = emulator.insert();
  emulator.control.latency(80);
  const start = performance.now();
  const call = api('DELETE', `/v1/customers/${cid}`);
  await waitUntil(() => emulator.find(cid) === undefined);
  expect((await call).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThanOrEqual(79);
});

test('a latency can apply only to the calls that match a pattern', async () => {
  emulator.control.latency({ pattern: '/events$', ms: 10_000 });
  expect((await api('GET', path)).status).toBe(200);
  const signal = AbortSignal.timeout(50);
  const call = sendRequest(`${emulator.url}${path}/events`, { headers: { authorization: `Bearer ${token}` }, signal });
  await expect(call).rejects.toThrow('timeout');
});

test('closing the emulator ends the calls that have no response yet', async () => {
  const own = await startEmulator({ contacts: 30 });
  own.control.fault({ kind: 'hang' });
  own.control.latency({ pattern: 'events', ms: 60_000 });
  const calls = [fetch(`${own.url}${path}`), fetch(`${own.url}${path}/events`)].map((call) =>
    call.catch(() => 'ended'),
  );
  await waitUntil(() => own.control.loggedInFlight() === 2);
  await own.close();
  expect(await Promise.all(calls)).toEqual(['ended', 'ended']);
  await expect(fetch(own.url)).rejects.toThrow();
});

/** Returns the bytes of a body as they were sent, which fetch would decode. */
function rawBody(): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(emulator.url + path, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
    });
    request.on('error', reject).end();
  });
}
