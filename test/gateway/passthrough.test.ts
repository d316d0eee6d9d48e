import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, publicApp, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByToken } from '../../src/auth/authenticate.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createGateway, type Gateway } from '../../src/server.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client.ts';
import { toAnswer } from '../support/gateway.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 200 });
  client = createUpstreamClient({ url: emulator.url });
  const config = readConfig({ UPSTREAM_URL: emulator.url });
  gateway = createGateway({
    config,
    client,
    authenticate: authenticateByToken(config.organizationId),
    log: createLog('silent'),
  });
});
beforeEach(() => emulator.control.reset());
afterAll(async () => {
  await client.close();
  await emulator.close();
});

async function logIn({ clientKey, clientSecret }: { clientKey: string; clientSecret: string }): Promise<string> {
  const response = await fetch(`${emulator.url}/v1/sts/login/services`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientKey, clientSecret }),
  });
  return ((await response.json()) as { token: string }).token;
}

async function query(authorization: string | undefined, text: string, { fetch } = gateway) {
  const response = await fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body: JSON.stringify({ query: text }),
  });
  return toAnswer(response);
}

const forged = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } viewer { organization { cid } scopes } }`;

describe('passthrough', () => {
  test("calls the upstream with the caller's own token", async () => {
    const { data, errors } = await query(`Bearer ${await logIn(demo)}`, ada);
    expect(errors).toEqual([]);
    expect(data.contact.firstName).toBe('Ada');
    expect(data.viewer.organization.cid).toBe(demo.organizationId);
    expect(emulator.control.calls().map(({ route }) => route)).toEqual(['login', 'contact']);
  });

  test('tells the scopes that the token names', async () => {
    const { data } = await query(`Bearer ${await logIn(publicApp)}`, ada);
    expect(data.viewer.scopes).toEqual(['CUSTOMER_READ']);
  });

  test("lists the contacts of the token's organization, and no other's", async () => {
    const { data } = await query(
      `Bearer ${await logIn(second)}`,
      '{ contacts(first: 1000) { nodes { organizationCid } } }',
    );
    const organizations = data.contacts.nodes.map(
      ({ organizationCid }: { organizationCid: string }) => organizationCid,
    );
    expect(new Set(organizations)).toEqual(new Set([second.organizationId]));
    expect((await query(`Bearer ${await logIn(second)}`, ada)).data.contact).toBeNull();
  });

  test.each([undefined, '', 'Bearer', 'Basic YTpi', 'Bearer a b', 'Bearer a\tb', `Bearer ${'x'.repeat(9000)}`])(
    'refuses %j with a 401 and a challenge, without a call',
    async (authorization) => {
      const { status, headers, errors, data } = await query(authorization, ada);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(data).toBeNull();
      expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
      expect(emulator.control.calls()).toEqual([]);
    },
  );

  test('refuses a token that names no organization, when there is no default one', async () => {
    const { status, errors } = await query('Bearer opaque', ada);
    expect([status, errors[0]?.extensions['code']]).toEqual([403, 'FORBIDDEN']);
  });

  test.each(['../organizations', 'a/b', '', 'ä'])(
    'refuses a token that names the organization %j',
    async (organizationId) => {
      const token = forged({ organizationId });
      expect((await query(`Bearer ${token}`, '{ contacts(first: 1) { nodes { cid } } }')).status).toBe(403);
      expect(emulator.control.calls()).toEqual([]);
    },
  );

  test('an expired token is UNAUTHENTICATED, one that may not is FORBIDDEN, and the gateway never logs in', async () => {
    emulator.control.tokenLifetime(1);
    const token = await logIn(demo);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await query(`Bearer ${token}`, ada)).errors).toMatchObject([
      { path: ['contact'], extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    emulator.control.reset();

    const fresh = await logIn(demo);
    emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403 });
    expect((await query(`Bearer ${fresh}`, ada)).errors).toMatchObject([
      { path: ['contact'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(emulator.control.counts()['login']).toBe(1);
  });

  test('a token that the upstream does not know is UNAUTHENTICATED', async () => {
    const token = await logIn(demo);
    emulator.control.fault({ path: demo.contactId, kind: 'status', status: 401 });
    expect((await query(`Bearer ${token}`, ada)).errors).toMatchObject([
      { path: ['contact'], extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(emulator.control.counts()).toMatchObject({ login: 1, contact: 1 });
  });

  test('scopes that nobody knows yet are left out', async () => {
    const token = forged({ organizationId: demo.organizationId, scopes: ['customer_read', 'time_travel', 1, null] });
    const { data, errors } = await query(`Bearer ${token}`, '{ viewer { scopes } }');
    expect({ data, errors }).toEqual({ data: { viewer: { scopes: ['CUSTOMER_READ'] } }, errors: [] });
  });

  test('the default organization serves tokens that name none, and only those', async () => {
    const config = readConfig({ UPSTREAM_URL: emulator.url, ORGANIZATION_ID: 'the-default' });
    const authenticate = authenticateByToken(config.organizationId);
    const other = createGateway({ config, client, authenticate, log: createLog('silent') });
    const organizationOf = async (token: string) =>
      (await query(`Bearer ${token}`, '{ viewer { organization { cid } } }', other)).data.viewer.organization.cid;
    expect(await organizationOf('opaque')).toBe('the-default');
    expect(await organizationOf(forged({}))).toBe('the-default');
    expect(await organizationOf(await logIn(second))).toBe(second.organizationId);
  });

  test('a cursor is worth nothing in another organization', async () => {
    const first = 'contacts(first: 2) { pageInfo { endCursor } }';
    const { data } = await query(`Bearer ${await logIn(demo)}`, `{ ${first} }`);
    const token = await logIn(second);
    emulator.control.reset();
    const after = `{ contacts(first: 2, after: "${data.contacts.pageInfo.endCursor}") { totalCount } }`;
    expect((await query(`Bearer ${token}`, after)).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    expect(emulator.control.calls()).toEqual([]);
  });

  test('a forged token gets nothing: the upstream judges it', async () => {
    const claims = Buffer.from(
      JSON.stringify({ organizationId: demo.organizationId, scopes: ['organization_write'] }),
    ).toString('base64url');
    const { data, errors } = await query(`Bearer eyJhbGciOiJub25lIn0.${claims}.`, ada);
    expect(data.contact).toBeNull();
    expect(errors[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('a page that is kept for one caller is read again for another of the same organization', async () => {
    const page = (after: string) => `{ contacts(first: 3${after}) { nodes { cid } pageInfo { startCursor } } }`;
    const [one, other] = [await logIn(demo), await logIn(demo)];
    const { data } = await query(`Bearer ${one}`, page(''));
    const second = page(`, after: "${data.contacts.pageInfo.startCursor}"`).replace('first: 3', 'first: 2');

    emulator.control.clearLog();
    const own = await query(`Bearer ${one}`, second);
    expect(emulator.control.calls()).toEqual([]);
    const others = await query(`Bearer ${other}`, second);
    expect(others.data.contacts.nodes).toEqual(own.data.contacts.nodes);
    expect(emulator.control.calls().length).toBeGreaterThan(0);
  });

  describe('a token that the upstream has refused', () => {
    const page = (after: string) => `{ contacts(first: 3${after}) { nodes { cid } pageInfo { startCursor } } }`;

    /** A page that is held for a token, which is read again without a call. */
    async function heldPage(token: string): Promise<string> {
      const { data } = await query(`Bearer ${token}`, page(''));
      const rest = page(`, after: "${data.contacts.pageInfo.startCursor}"`).replace('first: 3', 'first: 2');
      emulator.control.clearLog();
      expect((await query(`Bearer ${token}`, rest)).errors).toEqual([]);
      expect(emulator.control.calls()).toEqual([]);
      return rest;
    }

    test('with a 401 is refused from then on, for the pages that are held for it too', async () => {
      const [token, other] = [await logIn(demo), await logIn(demo)];
      const rest = await heldPage(token);
      emulator.control.fault({ path: demo.contactId, kind: 'status', status: 401 });
      expect((await query(`Bearer ${token}`, ada)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      emulator.control.clearLog();
      const answers = await Promise.all(Array.from({ length: 20 }, () => query(`Bearer ${token}`, rest)));
      for (const { status, data, headers } of answers) {
        expect({ status, data }).toEqual({ status: 401, data: null });
        expect(headers.get('www-authenticate')).toBe('Bearer');
      }
      expect(emulator.control.calls()).toEqual([]);
      expect((await query(`Bearer ${other}`, ada)).errors).toEqual([]);
    });

    test('with a 403 after it has expired is refused from then on', async () => {
      emulator.control.tokenLifetime(1);
      const token = await logIn(demo);
      const rest = await heldPage(token);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await query(`Bearer ${token}`, ada);
      expect(await query(`Bearer ${token}`, rest)).toMatchObject({ status: 401, data: null });
    });

    test('with a 403 while it is good is not: the call was not allowed', async () => {
      const token = await logIn(demo);
      const rest = await heldPage(token);
      emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403 });
      await query(`Bearer ${token}`, ada);
      expect((await query(`Bearer ${token}`, rest)).errors).toEqual([]);
    });
  });

  test.each([
    [-30, 200],
    [-61, 401],
  ])('a token that says it has expired %d seconds ago is a %d, without asking the upstream', async (ago, status) => {
    const token = forged({ organizationId: demo.organizationId, exp: Math.floor(Date.now() / 1000) + ago });
    expect((await query(`Bearer ${token}`, '{ __typename }')).status).toBe(status);
    expect(emulator.control.calls()).toEqual([]);
  });

  test("a forged token reads no page that is kept for the token's owner", async () => {
    const token = await logIn(demo);
    const page = (after: string) => `{ contacts(first: 3${after}) { nodes { cid } pageInfo { startCursor } } }`;
    const { data } = await query(`Bearer ${token}`, page(''));
    const rest = page(`, after: "${data.contacts.pageInfo.startCursor}"`);
    const held = await query(`Bearer ${token}`, rest);
    expect(held.data.contacts.nodes.slice(0, 2)).toEqual(data.contacts.nodes.slice(1));

    const [header, claims] = token.split('.');
    const forged = await query(`Bearer ${header}.${claims}.${'A'.repeat(43)}`, rest);
    expect(forged.data.contacts).toBeNull();
    expect(forged.errors[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
