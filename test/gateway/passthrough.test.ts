import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, publicApp, second } from '../../emulator/demo.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import { readConfig } from '../../src/config/config.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { ada, type Passthrough, queryWithAuthorization, startPassthrough } from '../support/passthrough-gateway.ts';

const forged = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe.each([
  ['tokens that have only `iss`, `iat` and `exp`', false],
  ['tokens that also name their organization and scopes', true],
])('the passthrough mode with %s', (_, claims) => {
  let stack: Passthrough;
  beforeAll(async () => {
    stack = await startPassthrough({ claims });
  });
  beforeEach(() => stack.emulator.control.reset());
  afterAll(() => stack.close());

  /** The calls of the first request of a token, before those of its operation. */
  const firstCalls = claims ? [] : ['service'];
  const routes = () => stack.emulator.control.calls().map(({ route }) => route);

  test("the passthrough mode calls the upstream with the caller's own token", async () => {
    const { data, errors } = await stack.query(`Bearer ${await stack.logIn(demo)}`, ada);
    expect(errors).toEqual([]);
    expect(data.contact.firstName).toBe('Ada');
    expect(routes()).toEqual(['login', ...firstCalls, 'contact']);
  });

  test('the viewer has the scopes that the token names', async () => {
    const { data } = await stack.query(`Bearer ${await stack.logIn(publicApp)}`, ada);
    expect(data.viewer.scopes).toEqual(['CUSTOMER_READ']);
  });

  test("the list of contacts has only those of the token's organization", async () => {
    const { data } = await stack.query(
      `Bearer ${await stack.logIn(second)}`,
      '{ contacts(first: 1000) { nodes { organizationCid } } }',
    );
    const organizations = data.contacts.nodes.map(
      ({ organizationCid }: { organizationCid: string }) => organizationCid,
    );
    expect(new Set(organizations)).toEqual(new Set([second.organizationId]));
    expect((await stack.query(`Bearer ${await stack.logIn(second)}`, ada)).data.contact).toBeNull();
  });

  test.each([undefined, '', 'Bearer', 'Basic YTpi', 'Bearer a b', 'Bearer a\tb', `Bearer ${'x'.repeat(9000)}`])(
    'the Authorization header %j is refused with a 401 and a challenge, without an upstream call',
    async (authorization) => {
      const { status, headers, errors, data } = await stack.query(authorization, ada);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(data).toBeNull();
      expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test('a token that names no organization is refused when there is no default organization', async () => {
    const { status, errors } = await stack.query(`Bearer ${forged({})}`, ada);
    expect([status, errors[0]?.extensions['code']]).toEqual([403, 'FORBIDDEN']);
  });

  test.each(['../organizations', 'a/b', '', 'ä'])(
    'a token that names the organization %j is refused without an upstream call',
    async (organizationId) => {
      const token = forged({ organizationId });
      expect((await stack.query(`Bearer ${token}`, '{ contacts(first: 1) { nodes { cid } } }')).status).toBe(403);
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test('an expired token is UNAUTHENTICATED, a call without permission is FORBIDDEN, and the gateway does not log in', async () => {
    stack.emulator.control.tokenLifetime(1);
    const token = await stack.logIn(demo);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await stack.query(`Bearer ${token}`, ada)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    stack.emulator.control.reset();

    const fresh = await stack.logIn(demo);
    await stack.query(`Bearer ${fresh}`, '{ contacts(first: 1) { nodes { cid } } }');
    stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403 });
    expect((await stack.query(`Bearer ${fresh}`, ada)).errors).toMatchObject([
      { path: ['contact'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(stack.emulator.control.counts()['login']).toBe(1);
  });

  test('a token that the upstream does not know is UNAUTHENTICATED', async () => {
    const token = await stack.logIn(demo);
    stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 401 });
    expect((await stack.query(`Bearer ${token}`, ada)).errors).toMatchObject([
      { path: ['contact'], extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(stack.emulator.control.counts()).toMatchObject({ login: 1, contact: 1 });
  });

  test('scopes of a token that the gateway does not know are left out', async () => {
    const token = forged({ organizationId: demo.organizationId, scopes: ['customer_read', 'time_travel', 1, null] });
    const { data, errors } = await stack.query(`Bearer ${token}`, '{ viewer { scopes } }');
    expect({ data, errors }).toEqual({ data: { viewer: { scopes: ['CUSTOMER_READ'] } }, errors: [] });
  });

  test('the default organization is used only for tokens that name no organization', async () => {
    const env = { UPSTREAM_URL: stack.emulator.url, ORGANIZATION_ID: 'the-default' };
    const authenticate = authenticateByPassthrough(readConfig(env));
    const other = buildGateway({ env, client: stack.client, authenticate });
    const calledOrganization = async (token: string) => {
      await queryWithAuthorization(other, `Bearer ${token}`, '{ contacts(first: 1) { totalCount } }');
      return stack.emulator.control.calls().at(-1)?.path.split(/[/?]/).at(-2);
    };
    expect(await calledOrganization(forged({}))).toBe('the-default');
    expect(await calledOrganization(await stack.logIn(second))).toBe(second.organizationId);
  });

  test('a cursor of one organization fails with CURSOR_INVALID in another one', async () => {
    const first = 'contacts(first: 2) { pageInfo { endCursor } }';
    const { data } = await stack.query(`Bearer ${await stack.logIn(demo)}`, `{ ${first} }`);
    const token = await stack.logIn(second);
    stack.emulator.control.reset();
    const after = `{ contacts(first: 2, after: "${data.contacts.pageInfo.endCursor}") { totalCount } }`;
    expect((await stack.query(`Bearer ${token}`, after)).errors).toMatchObject([
      { extensions: { code: 'CURSOR_INVALID' } },
    ]);
    expect(routes()).toEqual(firstCalls);
  });

  test('a forged token is refused by the upstream', async () => {
    const claims = Buffer.from(
      JSON.stringify({ organizationId: demo.organizationId, scopes: ['organization_read'] }),
    ).toString('base64url');
    const { data, errors } = await stack.query(`Bearer eyJhbGciOiJub25lIn0.${claims}.x`, ada);
    expect(data.contact).toBeNull();
    expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  test.each([
    [-30, 200],
    [-61, 401],
  ])(
    'a token whose expiry is %d seconds from now is answered with %d without an upstream call',
    async (ago, status) => {
      const token = forged({ organizationId: demo.organizationId, exp: Math.floor(Date.now() / 1000) + ago });
      expect((await stack.query(`Bearer ${token}`, '{ __typename }')).status).toBe(status);
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );
});
