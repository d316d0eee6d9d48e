import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { signJwt, verifyJwt } from '../../emulator/jwt.ts';
import { clientWithToken, logIn, sendRequest, startTestEmulator } from './support.ts';

const contactPath = `/v2/customers/${demo.contactId}`;

const { emulator } = await startTestEmulator({ contacts: 50 });

test('a login returns a JWT that is valid for one day and names only its service', async () => {
  const token = await logIn(emulator, emulator);
  const [header, payload, signature, ...rest] = token.split('.');
  expect(rest).toEqual([]);
  expect(signature).toMatch(/^[\w-]{43}$/);
  expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
  const claims = decode(payload);
  expect(claims).toEqual({ iss: demo.serviceId, iat: expect.any(Number), exp: expect.any(Number) });
  expect(Number(claims['exp']) - Number(claims['iat'])).toBeCloseTo(86_400, 3);
});

test('with the option for claims a JWT also has the organization and the scopes', async () => {
  emulator.control.tokenClaims(true);
  const [, payload] = (await logIn(emulator, emulator)).split('.');
  const claims = decode(payload);
  expect(claims).toMatchObject({ iss: demo.serviceId, organizationId: demo.organizationId, sub: demo.clientKey });
  expect(claims['scopes']).toContain('organization_write');
});

test('two logins of one client at the same time return two tokens', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => logIn(emulator, emulator)));
  expect(new Set(tokens).size).toBe(20);
});

test('a switch makes the refusal of an invalid token a 401, and that of a call without the scope stays a 403', async () => {
  const reader = clientWithToken(emulator, await logIn(emulator, emulator.clients.publicApp));
  emulator.control.tokenRefusal(401);
  expect((await reader('DELETE', `/v1/customers/${demo.contactId}`)).status).toBe(403);
  emulator.control.expireTokens();
  expect(await reader('GET', contactPath)).toMatchObject({ status: 401, body: { status: 'KO', code: 'UNAUTHORIZED' } });
});

test('the response of a login has a token and no envelope', async () => {
  const response = await postLogin({ clientKey: demo.clientKey, clientSecret: demo.clientSecret });
  expect(response.status).toBe(200);
  expect(Object.keys(response.body)).toEqual(['token']);
});

test.for([
  ['a wrong secret', { clientKey: demo.clientKey, clientSecret: 'wrong' }],
  ['an unknown key', { clientKey: 'ck-unknown', clientSecret: demo.clientSecret }],
  ["another client's secret", { clientKey: demo.clientKey, clientSecret: 'second-secret' }],
])('a login with %s is a 401', async ([, body]) => {
  const response = await postLogin(body);
  expect(response).toMatchObject({ status: 401, body: { status: 'KO', message: expect.any(String) } });
});

test.for([[{}], [{ clientKey: demo.clientKey }], [[]], [null], [{ clientKey: 1, clientSecret: 2 }]])(
  'a login with the body %j is a 409',
  async ([body]) => {
    expect((await postLogin(body)).status).toBe(409);
  },
);

test('every invalid Authorization header gets the same 403', async () => {
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
    const response = await sendRequest(
      emulator.url + contactPath,
      authorization === undefined ? {} : { headers: { authorization } },
    );
    expect(response.status).toBe(403);
    expect(response.body).toEqual({ ...refusal, generated: expect.any(String) });
  }
  expect((await clientWithToken(emulator, good)('GET', contactPath)).status).toBe(200);
});

test('a token with another header is invalid, even with a correct signature', () => {
  const key = Buffer.from('key');
  const [, payload] = signJwt({ sub: 'x' }, key).split('.');
  const other = Buffer.from('{"alg":"HS256","typ":"JWT","crit":["x"]}').toString('base64url');
  const signature = createHmac('sha256', key).update(`${other}.${payload}`).digest('base64url');
  expect(verifyJwt(`${other}.${payload}.${signature}`, key)).toBeUndefined();
  expect(verifyJwt(signJwt({ sub: 'x' }, key), key)).toEqual({ sub: 'x' });
});

test('a call with an expired token is a 403 and not a 401', async () => {
  const api = clientWithToken(emulator, await logIn(emulator, emulator));
  emulator.control.clock({ skewSeconds: 86_399 - 5 });
  expect((await api('GET', contactPath)).status).toBe(200);
  emulator.control.clock({ skewSeconds: 86_401 });
  const response = await api('GET', contactPath);
  expect(response.status).toBe(403);
  expect(response.body).toMatchObject(refusal);
});

test('the control function tokenLifetime sets the lifetime of new tokens', async () => {
  emulator.control.tokenLifetime(60);
  const api = clientWithToken(emulator, await logIn(emulator, emulator));
  emulator.control.clock({ skewSeconds: 61 });
  expect((await api('GET', contactPath)).status).toBe(403);
});

test('the control function expireTokens invalidates all tokens, and a new login works', async () => {
  const before = await logIn(emulator, emulator);
  emulator.control.expireTokens();
  expect((await clientWithToken(emulator, before)('GET', contactPath)).status).toBe(403);
  const after = await logIn(emulator, emulator);
  expect((await clientWithToken(emulator, after)('GET', contactPath)).status).toBe(200);
});

const refusal = {
  status: 'KO',
  message: 'The service is not authorized for the resource, or the token is invalid or expired',
  code: 'FORBIDDEN',
};

function postLogin(body: unknown) {
  return sendRequest(`${emulator.url}/v1/sts/login/services`, { method: 'POST', body: JSON.stringify(body) });
}

function decode(part = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
