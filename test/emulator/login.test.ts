import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { signJwt, verifyJwt } from '../../emulator/jwt.ts';
import { logIn, send, withToken } from './support.ts';

let emulator: Emulator;
const contactPath = `/v2/customers/${demo.contactId}`;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
});
beforeEach(() => emulator.control.reset());
afterAll(() => emulator.close());

test('a client key and its secret give a JWT for one day with organization and scopes', async () => {
  const token = await logIn(emulator, emulator);
  const [header, payload, signature, ...rest] = token.split('.');
  expect(rest).toEqual([]);
  expect(signature).toMatch(/^[\w-]{43}$/);
  expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
  const claims = decode(payload);
  expect(claims).toMatchObject({ organizationId: demo.organizationId, sub: demo.clientKey, jti: expect.any(String) });
  expect(claims['scopes']).toContain('organization_write');
  expect(Number(claims['exp']) - Number(claims['iat'])).toBe(86_400);
});

test('the answer of the login is the bare token', async () => {
  const reply = await postLogin({ clientKey: demo.clientKey, clientSecret: demo.clientSecret });
  expect(reply.status).toBe(200);
  expect(Object.keys(reply.body)).toEqual(['token']);
});

test.for([
  ['a wrong secret', { clientKey: demo.clientKey, clientSecret: 'wrong' }],
  ['an unknown key', { clientKey: 'ck-unknown', clientSecret: demo.clientSecret }],
  ["another client's secret", { clientKey: demo.clientKey, clientSecret: 'second-secret' }],
])('%s is a 401', async ([, body]) => {
  const reply = await postLogin(body);
  expect(reply).toMatchObject({ status: 401, body: { status: 'KO', message: expect.any(String) } });
});

test.for([[{}], [{ clientKey: demo.clientKey }], [[]], [null], [{ clientKey: 1, clientSecret: 2 }]])(
  'a login with the body %j is a 409',
  async ([body]) => {
    expect((await postLogin(body)).status).toBe(409);
  },
);

test('all refusals of a token are one and the same 403', async () => {
  const good = await logIn(emulator, emulator);
  const [header, payload] = good.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const forged = createHmac('sha256', 'guess').update(`${header}.${payload}`).digest('base64url');
  const headers = [
    undefined,
    '',
    good,
    `Basic ${good}`,
    'Bearer ',
    'Bearer x.y.z',
    `Bearer ${none}.${payload}.`,
    `Bearer ${header}.${payload}.${forged}`,
    `Bearer ${header}.${payload}`,
    `Bearer ${good}.more`,
  ];
  for (const authorization of headers) {
    const reply = await send(
      emulator.url + contactPath,
      authorization === undefined ? {} : { headers: { authorization } },
    );
    expect(reply.status).toBe(403);
    expect(reply.body).toEqual({ ...refusal, generated: expect.any(String) });
  }
  expect((await withToken(emulator, good)('GET', contactPath)).status).toBe(200);
});

test('a token under another header is none, even with a good signature', () => {
  const key = Buffer.from('key');
  const [, payload] = signJwt({ sub: 'x' }, key).split('.');
  const other = Buffer.from('{"alg":"HS256","typ":"JWT","crit":["x"]}').toString('base64url');
  const signature = createHmac('sha256', key).update(`${other}.${payload}`).digest('base64url');
  expect(verifyJwt(`${other}.${payload}.${signature}`, key)).toBeUndefined();
  expect(verifyJwt(signJwt({ sub: 'x' }, key), key)).toEqual({ sub: 'x' });
});

test('an expired token is a 403, not a 401', async () => {
  const api = withToken(emulator, await logIn(emulator, emulator));
  emulator.control.clock({ skewSeconds: 86_399 - 5 });
  expect((await api('GET', contactPath)).status).toBe(200);
  emulator.control.clock({ skewSeconds: 86_401 });
  const reply = await api('GET', contactPath);
  expect(reply.status).toBe(403);
  expect(reply.body).toMatchObject(refusal);
});

test('the lifetime of new tokens can be set', async () => {
  emulator.control.tokenLifetime(60);
  const api = withToken(emulator, await logIn(emulator, emulator));
  emulator.control.clock({ skewSeconds: 61 });
  expect((await api('GET', contactPath)).status).toBe(403);
});

test('all tokens issued so far can be made invalid at once, and a new login works', async () => {
  const before = await logIn(emulator, emulator);
  emulator.control.expireTokens();
  expect((await withToken(emulator, before)('GET', contactPath)).status).toBe(403);
  const after = await logIn(emulator, emulator);
  expect((await withToken(emulator, after)('GET', contactPath)).status).toBe(200);
});

const refusal = {
  status: 'KO',
  message: 'The service is not authorized for the resource, or the token is invalid or expired',
  code: 'FORBIDDEN',
};

function postLogin(body: unknown) {
  return send(`${emulator.url}/v1/sts/login/services`, { method: 'POST', body: JSON.stringify(body) });
}

function decode(part = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
