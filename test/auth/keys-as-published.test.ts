// Key sets as issuers publish them: several keys that fit a token, and members that are odd or broken beside good ones.

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [right, other] = [pair(), pair()];
const jwk = ({ publicKey }: ReturnType<typeof pair>, members: object = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...members,
});
const good = { kid: 'a', use: 'sig', alg: 'ES256' };

let keys: object[] = [];
let server: Server;
beforeAll(async () => {
  server = createServer((_, response) => void response.end(JSON.stringify({ keys })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

async function withKeys(published: object[], use: (stack: JwtGateway) => Promise<void>): Promise<void> {
  keys = published;
  const JWKS_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const stack = await startJwtGateway({ JWKS_URL });
  await use(stack);
  await stack.close();
}

async function statusOf(stack: JwtGateway, kid: string | undefined, { privateKey } = right): Promise<number> {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: stack.issuer.url, aud: 'contactgraph', sub: 'ada', exp: seconds + 300 };
  const token = await new SignJWT({ ...claims, organization_id: demo.organizationId })
    .setProtectedHeader({ alg: 'ES256', ...(kid === undefined ? {} : { kid }) })
    .sign(privateKey);
  return (await stack.query(`Bearer ${token}`, '{ viewer { scopes } }')).status;
}

test.each<[string, object[], string | undefined]>([
  ['two keys with one kid', [jwk(other, good), jwk(right, good)], 'a'],
  ['a token without a kid', [jwk(other, { kid: 'b' }), jwk(right, { kid: 'a' })], undefined],
  ['no kid, no alg and no use', [jwk(other), jwk(right)], undefined],
  ['members that are null', [jwk(right, { ...good, alg: null, use: null, x5c: null })], 'a'],
  ['a certificate and key_ops', [jwk(right, { ...good, x5c: ['MIIB'], x5t: 'x', key_ops: ['verify'] })], 'a'],
  ['an unknown type', [{ kty: 'new', kid: 'a' }, jwk(right, good)], 'a'],
  ['a broken key', [{ kty: 'EC', crv: 'P-256', kid: 'a', x: 'AA', y: 'AA' }, jwk(right, good)], 'a'],
  ['a key for encryption', [jwk(other, { kid: 'a', use: 'enc' }), jwk(right, good)], 'a'],
  ['a shared secret', [{ kty: 'oct', k: 'AAAA', kid: 'a' }, jwk(right, good)], 'a'],
])('a key set with %s verifies the token of its key, and no other', async (_, published, kid) => {
  await withKeys(published, async (stack) => {
    expect(await statusOf(stack, kid)).toBe(200);
    expect(await statusOf(stack, kid, pair())).toBe(401);
  });
});

test('members that cannot be used are counted in one warning', async () => {
  await withKeys([{ kty: 'new' }, { kty: 'RSA' }, jwk(right, good)], async (stack) => {
    expect(stack.logged.filter((line) => line.includes('are skipped'))).toHaveLength(1);
    expect(stack.logged.join()).toContain('"count":2');
  });
});
