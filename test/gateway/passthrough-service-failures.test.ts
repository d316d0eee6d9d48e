// Tokens whose service the upstream refuses, does not tell, or cannot tell at the moment.
import { describe, expect, test } from 'vitest';
import { demo, second, several } from '../../emulator/demo.ts';
import {
  code,
  emulator,
  organizationOf,
  page,
  query,
  reasons,
  routes,
  serve,
  tokenOf,
} from '../support/passthrough-service.ts';

describe('a token whose service the upstream does not tell', () => {
  test.each([401, 403] as const)('a %d is UNAUTHENTICATED, and is not asked again at once', async (status) => {
    emulator.control.tokenRefusal(status);
    const token = await tokenOf(demo);
    emulator.control.expireTokens();
    for (let n = 0; n < 3; n++) {
      const answer = await query(token, page);
      expect([answer.status, answer.data, code(answer)]).toEqual([401, null, 'UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(routes()).toEqual(['service']);
    expect(reasons).toEqual([]);
  });

  test('an outage is UPSTREAM_UNAVAILABLE, and the next request asks again', async () => {
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 503, times: 2 });
    expect(code(await query(token, page))).toBe('UPSTREAM_UNAVAILABLE');
    expect(code(await query(token, page))).toBe('UPSTREAM_UNAVAILABLE');
    expect(await organizationOf(token)).toBe(demo.organizationId);
    expect(routes()).toEqual(['service', 'service', 'service', 'contacts']);
  });

  test.each([
    ['404', { kind: 'status', status: 404 }],
    ['410', { kind: 'status', status: 410 }],
    ['409', { kind: 'status', status: 409 }],
    ['405', { kind: 'status', status: 405 }],
    ['body without a service', { kind: 'body', body: '{"id":"a"}' }],
    ['body whose service has no organizations', { kind: 'body', body: '{"service":{"id":"a"}}' }],
    ['list as body', { kind: 'body', body: '[1]' }],
    ['body with organizations that are no ids', { kind: 'body', body: '{"service":{"organizations":["../x",7]}}' }],
  ] as const)('a %s means that ORGANIZATION_ID decides, with one warning', async (_, fault) => {
    serve(demo.organizationId);
    const [token, another] = [await tokenOf(demo), await tokenOf(demo)];
    emulator.control.fault({ path: '/services/', times: Number.POSITIVE_INFINITY, ...fault });
    expect(await organizationOf(token)).toBe(demo.organizationId);
    expect(await organizationOf(token)).toBe(demo.organizationId);
    expect(await organizationOf(another)).toBe(demo.organizationId);
    expect(routes()).toEqual(['service', 'contacts', 'contacts', 'service', 'contacts']);
    expect(await organizationOf(token, { 'x-organization': second.organizationId })).toBe('FORBIDDEN');
    expect(reasons).toHaveLength(1);
  });

  test('without ORGANIZATION_ID a 404 is FORBIDDEN', async () => {
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 404 });
    expect(await organizationOf(token)).toBe('FORBIDDEN');
  });

  test('a body that cannot be read leaves the decision to ORGANIZATION_ID for one request', async () => {
    serve(demo.organizationId);
    const token = await tokenOf(several);
    const named = { 'x-organization': second.organizationId };
    emulator.control.fault({ path: '/services/', kind: 'invalid-json', times: 2 });
    expect(await organizationOf(token)).toBe(demo.organizationId);
    expect(await organizationOf(token, named)).toBe('UPSTREAM_BAD_RESPONSE');
    expect(await organizationOf(token, named)).toBe(second.organizationId);
    expect(reasons).toEqual([]);
  });

  test('a body that cannot be read is UPSTREAM_BAD_RESPONSE, and the next request asks again', async () => {
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'body', body: '<html>', times: 1 });
    expect(code(await query(token, page))).toBe('UPSTREAM_BAD_RESPONSE');
    expect(await organizationOf(token)).toBe(demo.organizationId);
  });
});

describe('a forged token', () => {
  const forge = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

  test.each(['../../v2/customers', 'a/b', '.', '..', '%2e', '', 'a?b', 'a#b', 'https://issuer.example', 7, null])(
    'the issuer %j never gets into a path',
    async (iss) => {
      const answer = await query(forge({ iss }), page);
      expect([answer.status, code(answer)]).toEqual([403, 'FORBIDDEN']);
      expect(routes()).toEqual([]);
    },
  );

  test('a forged token of a genuine service gets nothing, and the genuine one is not affected', async () => {
    const token = await tokenOf(demo);
    const [header, payload] = token.split('.');
    const forged = `${header}.${payload}.${'A'.repeat(43)}`;
    expect(await organizationOf(token)).toBe(demo.organizationId);
    expect(await organizationOf(forged)).toBe('UNAUTHENTICATED');
    expect(await organizationOf(token)).toBe(demo.organizationId);
  });
});
