import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/crypto/secret.ts';
import { UpstreamBadResponse } from '../../../src/errors.ts';
import { createUpstreamClient, type UpstreamClient } from '../../../src/upstream/client/client.ts';
import { logIn } from '../../../src/upstream/credential/login.ts';
import { type RawUpstream, startRawUpstream } from '../../support/raw-upstream.ts';

let body: unknown;
let upstream: RawUpstream;
let client: UpstreamClient;
beforeEach(async () => {
  upstream = await startRawUpstream((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  client = createUpstreamClient({ url: upstream.url });
});
afterEach(async () => {
  await client.close();
  await upstream.close();
});

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

async function lifeOf(token: unknown) {
  body = { token };
  const issued = await logIn(client, 'ck-1', new Secret('s'), AbortSignal.timeout(5_000));
  return {
    token: issued.token.reveal(),
    life: Math.round((issued.expiresAt - issued.issuedAt) / 1000),
    renewed: Math.round((issued.renewAt - issued.issuedAt) / 1000),
  };
}

describe('the lifetime of a token is computed without the wall clock of the gateway', () => {
  const now = Math.floor(Date.now() / 1000);

  test.each([
    ['from iat to exp, independent of the wall clock', { iat: 1_000, exp: 4_600 }, 3_600, 3_540],
    ['from now to exp, if it has no iat', { exp: now + 7_200 }, 7_200, 7_140],
    ['for a day, if it has no claims', {}, 86_400, 86_340],
    ['for a day, if its claims are not numbers', { iat: 'soon', exp: 'later' }, 86_400, 86_340],
    ['for a day, if it ends before it begins', { iat: 4_600, exp: 1_000 }, 86_400, 86_340],
    ['for a day, if it has ended by the clock of the gateway', { exp: 1_000 }, 86_400, 86_340],
    ['for a short time, if its claims say so, and is renewed in the last tenth', { iat: 0, exp: 100 }, 100, 90],
  ])('a token is valid %s', async (_, claims, life, renewed) => {
    const token = jwt(claims);
    const found = await lifeOf(token);
    expect(found.token).toBe(token);
    expect(Math.abs(found.life - life)).toBeLessThan(30);
    expect(found.life - found.renewed).toBe(life - renewed);
  });

  test.each(['opaque', 'a.b.c', `e30.${Buffer.from('null').toString('base64url')}.x`])(
    'a token that is not a JWT is valid for a day: %s',
    async (token) => {
      expect(await lifeOf(token)).toEqual({ token, life: 86_400, renewed: 86_340 });
    },
  );
});

test.each([undefined, null, '', 42])('a login response with the token %j is an UpstreamBadResponse', async (token) => {
  await expect(lifeOf(token)).rejects.toBeInstanceOf(UpstreamBadResponse);
});
