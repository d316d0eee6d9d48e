import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { audience, pemOf } from '../support/issuer.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

let stack: JwtGateway;
/** The server to which the hostile headers point. The gateway must never connect to it. */
const trap = createServer((_, response) => response.end('{"keys": []}'));
let trapped = 0;
let trapUrl = '';
let server: HttpServer;
beforeAll(async () => {
  trap.on('connection', () => {
    trapped += 1;
  });
  trap.listen(0, '127.0.0.1');
  await once(trap, 'listening');
  trapUrl = `http://127.0.0.1:${(trap.address() as { port: number }).port}`;
  // RS256 is needed to test its confusion with HS256, and ES256 is an algorithm that is not listed.
  stack = await startJwtGateway({ JWT_ALGORITHMS: 'RS256' }, (issuer) => {
    issuer.rotate({ alg: 'ES256' });
    issuer.rotate({ alg: 'RS256' });
  });
  server = await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0);
});
beforeEach(() => stack.emulator.control.clearLog());
afterAll(async () => {
  await stack.close();
  await server.stop(0);
  trap.close();
});

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;
const encode = (section: unknown) => Buffer.from(JSON.stringify(section)).toString('base64url');
const claims = (changes: object = {}) => ({
  ...{ iss: stack.issuer.url, aud: audience, sub: 'ada', exp: seconds(300), iat: seconds(0) },
  ...{ organization_id: demo.organizationId, scope: 'customer_read' },
  ...changes,
});
const query = `{ contact(by: {cid: "${demo.contactId}"}) { cid } }`;

/** A token that is signed with the real key and has other claims, or additional header fields. */
const signed = (changes: object = {}, header: object = {}) => stack.issuer.token(claims(changes), header);
/** A token that is built without jose, because jose refuses to create it. */
const forged = (header: object, signature = 'AAAA') => `${encode(header)}.${encode(claims())}.${signature}`;

const hostile: Record<string, () => string | Promise<string>> = {
  'alg none': () => forged({ alg: 'none' }, ''),
  'alg none, with a kid and a signature': () => forged({ alg: 'none', kid: stack.issuer.key().kid }),
  'alg None': () => forged({ alg: 'None' }, ''),
  'no alg': () => forged({ kid: stack.issuer.key().kid }),
  'HS256, signed with the public key': () => {
    const text = `${encode({ alg: 'HS256', kid: stack.issuer.key().kid })}.${encode(claims())}`;
    return `${text}.${createHmac('sha256', pemOf(stack.issuer.key())).update(text).digest('base64url')}`;
  },
  'an algorithm that is not listed, for the same key': async () => signed({}, { alg: 'PS256' }),
  'a published key of an algorithm that is not listed': () => {
    const key = stack.issuer.rotate({ alg: 'ES256' });
    const token = stack.issuer.token(claims(), {}, key);
    stack.issuer.rotate({ alg: 'RS256' });
    return token;
  },
  'a wrong issuer': () => signed({ iss: 'https://evil.example' }),
  'an issuer with an additional slash': () => signed({ iss: `${stack.issuer.url}/` }),
  'a list of issuers': () => signed({ iss: [stack.issuer.url] }),
  'no issuer': () => signed({ iss: undefined }),
  'a wrong audience': () => signed({ aud: 'other-api' }),
  'no audience': () => signed({ aud: undefined }),
  'no expiry': () => signed({ exp: undefined }),
  'an expiry that is not a number': () => signed({ exp: '9999999999' }),
  'an expiry of more than a minute ago': () => signed({ exp: seconds(-61) }),
  'a not-before time in the future': () => signed({ nbf: seconds(90) }),
  'a time of issue in the future': () => signed({ iat: seconds(90) }),
  'an iat that is not a number': () => signed({ iat: 'now' }),
  'no subject': () => signed({ sub: undefined }),
  'an empty subject': () => signed({ sub: '' }),
  'a subject that is not a string': () => signed({ sub: { a: 1 } }),
  'an unknown crit': () => forged({ alg: 'RS256', kid: stack.issuer.key().kid, crit: ['exp'], exp: 1 }),
  'a crit of b64': () => signed({}, { crit: ['b64'], b64: true }),
  'a jku': () => signed({}, { jku: `${trapUrl}/keys` }),
  'an x5u': () => signed({}, { x5u: `${trapUrl}/cert` }),
  'a jwk': () => signed({}, { jwk: { kty: 'oct', k: 'AAAA' } }),
  'an x5c': () => signed({}, { x5c: ['AAAA'] }),
  'the type of a logout token': () => signed({}, { typ: 'logout+jwt' }),
  'two signatures': async () => `${await signed()}.${(await signed()).split('.')[2]}`,
  'the JSON serialization': async () => {
    const [header = '', payload = '', signature = ''] = (await signed()).split('.');
    return JSON.stringify({ payload, signatures: [{ protected: header, signature }] });
  },
  'the signature of other claims': async () => {
    const [header, , signature] = (await signed()).split('.');
    return `${header}.${encode(claims({ sub: 'eve' }))}.${signature}`;
  },
  'a signature of another key with the same kid': () => {
    const { kid } = stack.issuer.key();
    return forged({ alg: 'RS256', kid }, 'A'.repeat(342));
  },
  'an encrypted token': () => 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA',
  'a text that is not a JWT': () => 'opaque',
  'an empty text': () => '',
  'claims that are not an object': () => `${encode({ alg: 'RS256' })}.${encode([1])}.AAAA`,
  'a length of 9 kB': () => signed({ padding: 'x'.repeat(9_000) }),
  'a length of 1 MB': () => signed({ padding: 'x'.repeat(1_000_000) }),
  'a kid with a traversal': () => signed({}, { kid: '../../keys' }),
  'a kid with SQL': () => signed({}, { kid: "' OR 1=1 --" }),
  'a kid that is a URL': () => signed({}, { kid: `${trapUrl}/keys` }),
  'a kid of 5 kB': () => signed({}, { kid: 'k'.repeat(5_000) }),
  'a kid that is not a string': () => forged({ alg: 'RS256', kid: { a: 1 } }),
};

describe('a hostile token is refused', () => {
  test('a valid token is accepted, so that the refusals have their own reasons', async () => {
    expect(await stack.query(`Bearer ${await signed()}`, query)).toMatchObject({ status: 200, errors: [] });
  });

  test.each(Object.entries(hostile))(
    'a token with %s gets the same 401 as any invalid token, and causes no upstream call',
    async (_, make) => {
      stack.logged.length = 0;
      const token = await make();
      const asked = stack.issuer.requests();
      const answer = await stack.query(`Bearer ${token}`, query);
      expect(answer).toMatchObject({ status: 401, data: null });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.errors).toEqual([
        {
          message: 'Send a valid access token as "Authorization: Bearer <token>".',
          extensions: { code: 'UNAUTHENTICATED', retryable: false, requestId: expect.any(String) },
        },
      ]);
      expect(stack.emulator.control.calls()).toEqual([]);
      // Only the JWKS may be fetched again, for an unknown kid, and only from the issuer.
      expect(stack.issuer.requests() - asked).toBeLessThanOrEqual(2);
      expect(Object.keys(stack.issuer.counts).sort()).toEqual(['/.well-known/openid-configuration', '/keys']);
      expect(trapped).toBe(0);
      const [, claimed = ''] = token.split('.');
      if (claimed.length > 20) expect(stack.logged.join('')).not.toContain(claimed.slice(0, 20));
    },
  );

  test('a token of 1 MB is refused by the HTTP server', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'x'.repeat(1_000_000)}\r\n\r\n`);
    await new Promise((resolve) => socket.on('close', resolve)); // `once` would throw the error of the reset.
    expect(Buffer.concat(chunks).toString()).toMatch(/^(HTTP\/1\.1 431|$)/);
  });

  test('the reason of a refused token is in the log, without its values, and not in the response', async () => {
    stack.logged.length = 0;
    await stack.query(`Bearer ${await signed({ aud: 'canary' })}`, query);
    await stack.query(`Bearer ${await signed({ exp: seconds(-90) })}`, query);
    await stack.query(`Bearer ${await signed({}, { jku: 'https://canary' })}`, query);
    const text = stack.logged.join('');
    for (const reason of ['audience', 'ERR_JWT_EXPIRED', 'a header parameter that is not allowed']) {
      expect(text).toContain(reason);
    }
    expect(text).not.toContain('canary');
  });

  test('a thousand tokens with unknown kids cause one fetch of the JWKS in 30 seconds, and a thousand more cause one after that', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await stack.close();
    stack = await startJwtGateway({ JWT_ALGORITHMS: 'RS256' }, (issuer) => void issuer.rotate({ alg: 'RS256' }));
    const token = await signed();
    const flood = async () => {
      const asked = stack.issuer.counts['/keys'] ?? 0;
      const answers = await Promise.all(
        Array.from({ length: 1_000 }, async (_, n) => {
          const kid = `made-up-${n}-${Math.random()}`;
          const good = n === 500 ? stack.query(`Bearer ${token}`, '{ viewer { scopes } }') : undefined;
          const bad = await stack.query(`Bearer ${forged({ alg: 'RS256', kid })}`, query);
          return [bad.status, (await good)?.status ?? 200];
        }),
      );
      expect(new Set(answers.map(String))).toEqual(new Set(['401,200']));
      return (stack.issuer.counts['/keys'] ?? 0) - asked;
    };
    try {
      expect(await flood()).toBe(1);
      vi.advanceTimersByTime(29_000);
      expect(await flood()).toBe(0);
      vi.advanceTimersByTime(2_000);
      expect(await flood()).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
