// Tokens of the upstream that name no organization: the gateway asks the upstream for the service of each token, once.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, none, publicApp, second, several } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { postQuery } from '../support/gateway.ts';
import { ada, logIn } from '../support/passthrough-gateway.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
let reasons: string[];
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50, secondContacts: 20 });
  client = createUpstreamClient({ url: emulator.url });
});
beforeEach(() => {
  emulator.control.reset();
  serve();
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

/** @param organizationId `ORGANIZATION_ID` */
function serve(organizationId?: string): void {
  reasons = [];
  const onServiceUnavailable = (reason: string) => void reasons.push(reason);
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url, SWITCHED_OFF: 'cache,retry,rate-limit-gate' },
    client,
    authenticate: authenticateByPassthrough({ organizationId, onServiceUnavailable }),
  });
}

const page = '{ contacts(first: 1) { nodes { organizationCid } } }';
const ask = (token: string, text: string, headers: Record<string, string> = {}) =>
  postQuery(gateway, text, undefined, { authorization: `Bearer ${token}`, ...headers });
const routes = () => emulator.control.calls().map(({ route }) => route);
const code = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors[0]?.extensions['code'];

async function tokenOf(of: { clientKey: string; clientSecret: string }): Promise<string> {
  const token = await logIn(emulator, of);
  emulator.control.clearLog();
  return token;
}

async function organizationOf(token: string, headers: Record<string, string> = {}) {
  const answer = await ask(token, page, headers);
  return answer.data?.contacts?.nodes[0].organizationCid ?? code(answer);
}

describe('the organization of a token', () => {
  test('the service is asked for once, and later operations of the token cost what they cost with claims', async () => {
    const token = await tokenOf(demo);
    expect((await ask(token, ada)).data.contact.firstName).toBe('Ada');
    expect((await ask(token, ada)).errors).toEqual([]);
    expect((await ask(token, page)).errors).toEqual([]);
    expect(routes()).toEqual(['service', 'contact', 'contact', 'contacts']);
  });

  test('requests of one token at the same time share one call for its service', async () => {
    const token = await tokenOf(demo);
    emulator.control.latency({ pattern: '/services/', ms: 200 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(token, '{ viewer { scopes } }')));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(routes()).toEqual(['service']);
  });

  test('a request whose client has left does not end the call that another request waits for', async () => {
    const token = await tokenOf(demo);
    emulator.control.latency({ pattern: '/services/', ms: 300 });
    const leaving = new AbortController();
    const left = gateway.fetch('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ __typename }' }),
      signal: leaving.signal,
    });
    const waiting = ask(token, '{ viewer { scopes } }');
    leaving.abort();
    await Promise.allSettled([left]);
    expect((await waiting).errors).toEqual([]);
    expect(routes()).toEqual(['service']);
  });

  test('a service without an organization is FORBIDDEN, and its token stays genuine', async () => {
    const token = await tokenOf(none);
    const answers = [await ask(token, page), await ask(token, page, { 'x-organization': demo.organizationId })];
    expect(answers.map(({ status, data }) => [status, data])).toEqual([
      [403, null],
      [403, null],
    ]);
    expect(answers.map(code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(answers[1]?.text).not.toContain(demo.organizationId);
    expect(routes()).toEqual(['service']);
  });

  test.each([
    ['one', demo, undefined, undefined, demo.organizationId],
    ['one', demo, demo.organizationId, undefined, demo.organizationId],
    ['one', demo, second.organizationId, undefined, 'FORBIDDEN'],
    ['one', demo, undefined, second.organizationId, demo.organizationId],
    ['several', several, undefined, undefined, 'FORBIDDEN'],
    ['several', several, demo.organizationId, undefined, demo.organizationId],
    ['several', several, second.organizationId, undefined, second.organizationId],
    ['several', several, undefined, second.organizationId, second.organizationId],
    ['several', several, demo.organizationId, second.organizationId, demo.organizationId],
    ['several', several, 'another', second.organizationId, 'FORBIDDEN'],
    ['several', several, undefined, 'another', 'FORBIDDEN'],
  ])('a service of %s organization(s), with the header %#', async (_, of, header, byDefault, expected) => {
    serve(byDefault);
    const headers = header === undefined ? {} : { 'x-organization': header };
    expect(await organizationOf(await tokenOf(of), headers)).toBe(expected);
    expect(routes()).toEqual(expected === 'FORBIDDEN' ? ['service'] : ['service', 'contacts']);
  });

  test('requests that name different organizations get the contacts of each, also for cached documents', async () => {
    const token = await tokenOf(several);
    for (let round = 0; round < 3; round++) {
      for (const { organizationId } of [demo, second]) {
        expect(await organizationOf(token, { 'x-organization': organizationId })).toBe(organizationId);
      }
    }
    expect(routes().filter((route) => route === 'service')).toHaveLength(1);
  });

  test.each(['../x', 'a/b', 'a b', '%2e', `${demo.organizationId}/..`, `${demo.organizationId}, x`, ''])(
    'the header X-Organization %j names no organization, never gets into a path, and is FORBIDDEN in words that do not quote it',
    async (value) => {
      serve(demo.organizationId);
      for (const of of [demo, several]) {
        const answer = await ask(await tokenOf(of), page, { 'x-organization': value });
        expect([answer.status, code(answer)]).toEqual([403, 'FORBIDDEN']);
        expect(answer.errors[0]?.message).toBe('The access token is not for this organization.');
        expect(routes()).toEqual(['service']);
      }
    },
  );

  test('a token that claims another organization than the header names is FORBIDDEN', async () => {
    emulator.control.tokenClaims(true);
    const token = await tokenOf(several);
    expect(await organizationOf(token, { 'x-organization': demo.organizationId })).toBe(demo.organizationId);
    expect(await organizationOf(token, { 'x-organization': second.organizationId })).toBe('FORBIDDEN');
    expect(routes()).toEqual(['contacts']);
  });
});

describe('a token whose service the upstream does not tell', () => {
  test.each([401, 403] as const)('a %d is UNAUTHENTICATED, and is not asked again at once', async (status) => {
    emulator.control.tokenRefusal(status);
    const token = await tokenOf(demo);
    emulator.control.expireTokens();
    for (let n = 0; n < 3; n++) {
      const answer = await ask(token, page);
      expect([answer.status, answer.data, code(answer)]).toEqual([401, null, 'UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(routes()).toEqual(['service']);
    expect(reasons).toEqual([]);
  });

  test('an outage is UPSTREAM_UNAVAILABLE, and the next request asks again', async () => {
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 503, times: 2 });
    expect(code(await ask(token, page))).toBe('UPSTREAM_UNAVAILABLE');
    expect(code(await ask(token, page))).toBe('UPSTREAM_UNAVAILABLE');
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
    expect(code(await ask(token, page))).toBe('UPSTREAM_BAD_RESPONSE');
    expect(await organizationOf(token)).toBe(demo.organizationId);
  });
});

describe('a forged token', () => {
  const forge = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

  test.each(['../../v2/customers', 'a/b', '.', '..', '%2e', '', 'a?b', 'a#b', 'https://issuer.example', 7, null])(
    'the issuer %j never gets into a path',
    async (iss) => {
      const answer = await ask(forge({ iss }), page);
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

test('the scopes of the service restrict what its token may do, before any call', async () => {
  const token = await tokenOf(publicApp);
  const { data } = await ask(token, '{ viewer { scopes } }');
  expect(data.viewer.scopes).toEqual(['CUSTOMER_READ']);
  const remove = `mutation { deleteContact(input: {id: "${Buffer.from(`Contact:${demo.contactId}`).toString('base64')}"}) { userErrors { code } } }`;
  expect((await ask(token, remove)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', requiredScopes: [['customer_write'], ['organization_write']] } },
  ]);
  expect(routes()).toEqual(['service']);
});

const service = '{ viewer { scopes service { id name organizations locations scopes } } }';

describe('the field `viewer { service }`', () => {
  test.each([
    ['only `iss`, `iat` and `exp`', false],
    ['its organization and scopes as well', true],
  ])('for a token with %s it tells what the upstream has registered, with one call', async (_, claims) => {
    emulator.control.tokenClaims(claims);
    const token = await tokenOf(publicApp);
    const { data, errors } = await ask(token, `{ again: ${service.slice(2, -2)} ${service.slice(2)}`);
    expect(errors).toEqual([]);
    expect(data.viewer).toEqual({
      scopes: ['CUSTOMER_READ'],
      service: {
        ...{ id: publicApp.serviceId, name: 'Service 3', organizations: [demo.organizationId] },
        ...{ locations: expect.arrayContaining([demo.locationId]), scopes: ['CUSTOMER_READ'] },
      },
    });
    expect(data.again).toEqual(data.viewer);
    await ask(token, service);
    expect(routes()).toEqual(['service']);
  });

  test('where the upstream does not tell it, it is null', async () => {
    serve(demo.organizationId);
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 404 });
    expect(await ask(token, service)).toMatchObject({ data: { viewer: { scopes: null, service: null } }, errors: [] });
  });

  test('for a token that names its organization an outage fails this field only', async () => {
    emulator.control.tokenClaims(true);
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 503 });
    const { data, errors } = await ask(token, service);
    expect([data.viewer.service, data.viewer.scopes?.length]).toEqual([null, 6]);
    expect(errors).toMatchObject([{ path: ['viewer', 'service'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('the call is a step of the explanation of the first operation, also where the authentication made it', async () => {
    const token = await tokenOf(demo);
    const explained = async () => {
      const response = await gateway.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: ada, extensions: { explain: true } }),
      });
      const { requests, steps } = ((await response.json()) as { extensions: { explain: Explanation } }).extensions
        .explain;
      return [requests, steps.map(({ resource }) => resource)];
    };
    expect(await explained()).toEqual([2, ['service', 'contact']]);
    expect(await explained()).toEqual([1, ['contact']]);
  });
});

type Explanation = { requests: number; steps: { resource: string }[] };
