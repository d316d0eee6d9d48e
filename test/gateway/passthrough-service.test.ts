// Tokens of the upstream that name no organization: the gateway asks the upstream for the service of each token, once.
import { describe, expect, test } from 'vitest';
import { demo, none, publicApp, second, several } from '../../emulator/demo.ts';
import { ada } from '../support/passthrough-gateway.ts';
import {
  code,
  emulator,
  gateway,
  organizationOf,
  page,
  query,
  routes,
  serve,
  tokenOf,
} from '../support/passthrough-service.ts';

describe('the organization of a token', () => {
  test('the service is asked for once, and later operations of the token cost what they cost with claims', async () => {
    const token = await tokenOf(demo);
    expect((await query(token, ada)).data.contact.firstName).toBe('Ada');
    expect((await query(token, ada)).errors).toEqual([]);
    expect((await query(token, page)).errors).toEqual([]);
    expect(routes()).toEqual(['service', 'contact', 'contact', 'contacts']);
  });

  test('requests of one token at the same time share one call for its service', async () => {
    const token = await tokenOf(demo);
    emulator.control.latency({ pattern: '/services/', ms: 200 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => query(token, '{ viewer { scopes } }')));
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
    const waiting = query(token, '{ viewer { scopes } }');
    leaving.abort();
    await Promise.allSettled([left]);
    expect((await waiting).errors).toEqual([]);
    expect(routes()).toEqual(['service']);
  });

  test('a service without an organization is FORBIDDEN, and its token stays genuine', async () => {
    const token = await tokenOf(none);
    const answers = [await query(token, page), await query(token, page, { 'x-organization': demo.organizationId })];
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
        const answer = await query(await tokenOf(of), page, { 'x-organization': value });
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

test('the scopes of the service restrict what its token may do, before any call', async () => {
  const token = await tokenOf(publicApp);
  const { data } = await query(token, '{ viewer { scopes } }');
  expect(data.viewer.scopes).toEqual(['CUSTOMER_READ']);
  const remove = `mutation { deleteContact(input: {id: "${Buffer.from(`Contact:${demo.contactId}`).toString('base64')}"}) { userErrors { code } } }`;
  expect((await query(token, remove)).errors).toMatchObject([
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
    const { data, errors } = await query(token, `{ again: ${service.slice(2, -2)} ${service.slice(2)}`);
    expect(errors).toEqual([]);
    expect(data.viewer).toEqual({
      scopes: ['CUSTOMER_READ'],
      service: {
        ...{ id: publicApp.serviceId, name: 'Service 3', organizations: [demo.organizationId] },
        ...{ locations: expect.arrayContaining([demo.locationId]), scopes: ['CUSTOMER_READ'] },
      },
    });
    expect(data.again).toEqual(data.viewer);
    await query(token, service);
    expect(routes()).toEqual(['service']);
  });

  test('where the upstream does not tell it, it is null', async () => {
    serve(demo.organizationId);
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 404 });
    expect(await query(token, service)).toMatchObject({
      data: { viewer: { scopes: null, service: null } },
      errors: [],
    });
  });

  test('for a token that names its organization an outage fails this field only', async () => {
    emulator.control.tokenClaims(true);
    const token = await tokenOf(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 503 });
    const { data, errors } = await query(token, service);
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
