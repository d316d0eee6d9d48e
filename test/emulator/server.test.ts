import { connect as openSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startEmulator } from '../../emulator/emulator.ts';
import { logIn, sendRequest, startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 50 });
const token = await logIn(emulator, emulator);

test.for([
  '/',
  '/v2',
  '/v2/customers',
  '/v2/customers/',
  `//v2/customers/${demo.contactId}`,
  `/v2/customers/${demo.contactId}/`,
  `/v2/customers/${demo.contactId}/nothing`,
  `/v3/customers/${demo.contactId}/events`,
  '/v2/customers/a/b/events',
])('an unknown path is a 404: %s', async (path) => {
  expect(await api('GET', path)).toMatchObject({ status: 404, body: { status: 'KO' } });
});

test.for([
  ['GET', '/v1/sts/login/services', 'POST'],
  ['POST', `/v2/customers/${demo.contactId}`, 'GET'],
  ['GET', `/v1/customers/${demo.contactId}`, 'DELETE'],
  ['GET', `/v3/customers/${demo.contactId}`, 'PUT'],
  ['POST', `/v1/customers/${demo.contactId}/policies`, 'PUT'],
] as const)('a method that the path does not support is a 405: %s %s', async ([method, path, allowed]) => {
  const response = await api(method, path);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allowed);
});

test.for(['', '{', '{"firstName":}', 'firstName=Ada', '\u0000'])(
  'a request body that is not JSON is a 409: %j',
  async (body) => {
    const url = `${emulator.url}/v3/customers/${demo.contactId}`;
    const response = await sendRequest(url, { method: 'PUT', body, headers: { authorization: `Bearer ${token}` } });
    expect(response).toMatchObject({ status: 409, body: { status: 'KO' } });
  },
);

test('a request body above one megabyte is a 413', async () => {
  const response = await api('PUT', `/v3/customers/${demo.contactId}`, { firstName: 'x'.repeat(1_100_000) });
  expect(response.status).toBe(413);
});

test.for([
  'GET /v2/customers/%zz HTTP/1.1',
  'GET /v2/customers/%E0%A4%A/events HTTP/1.1',
  'GET /v2/customers/%00 HTTP/1.1',
  'GET /v2/customers/.. HTTP/1.1',
  'GET /v2/customers/%2e%2e%2f HTTP/1.1',
  'GET http://other.example/v2/customers/x HTTP/1.1',
  'GET * HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'GET /v2/customers/__proto__ HTTP/1.1',
  'GET /v2/customers/constructor/events HTTP/1.1',
  'HEAD /v2/customers/x HTTP/1.1',
  `GET /v2/customers/${'a'.repeat(10_000)} HTTP/1.1`,
  'GET /v2/customers/organizations/%?%=%&%&&=&?? HTTP/1.1',
  'GET /?\u00ff HTTP/1.1',
  'nonsense',
])('a malformed or unusual request is a 4xx and does not stop the emulator: %s', async (requestLine) => {
  const answer = await sendRaw(
    `${requestLine}\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect((await api('GET', `/v2/customers/${demo.contactId}`)).status).toBe(200);
});

test('the keys __proto__ and constructor in a body are stored as data', async () => {
  const body = '{"custom":{"__proto__":{"polluted":1},"constructor":"mine"}}';
  const url = `${emulator.url}/v3/customers/${demo.contactId}`;
  expect((await sendRequest(url, { method: 'PUT', body, headers: { authorization: `Bearer ${token}` } })).status).toBe(
    200,
  );
  const { text } = await api('GET', `/v2/customers/${demo.contactId}`);
  expect(text).toContain('"custom":{"__proto__":{"polluted":1},"constructor":"mine"}');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a value that cannot be serialized is a 500 with the message of the error', async () => {
  const { cid } = emulator.insert({ zipCode: 1n });
  expect(await api('GET', `/v2/customers/${cid}`)).toMatchObject({
    status: 500,
    text: expect.stringContaining('BigInt'),
  });
});

test('the emulator listens on the loopback interface by default', () => {
  expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('starting the emulator on a port in use is an error', async () => {
  const port = Number(new URL(emulator.url).port);
  await expect(startEmulator({ contacts: 1, port })).rejects.toThrow('EADDRINUSE');
});

async function sendRaw(request: string): Promise<string> {
  const socket = openSocket(Number(new URL(emulator.url).port), '127.0.0.1');
  socket.write(request, 'latin1');
  return text(socket);
}
