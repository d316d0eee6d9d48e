import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { contactField, path, payload } from '../../src/upstream/wire/index.ts';
import { buildGateway } from '../support/build-gateway.ts';
import type { Answer } from '../support/gateway.ts';
import { logIn, queryWithAuthorization } from '../support/passthrough-gateway.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 10 });
  client = createUpstreamClient({ url: emulator.url });
});
beforeEach(() => {
  emulator.control.reset();
  gateway = create(undefined);
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

const organizationsFile = new URL('../../examples/organizations.json', import.meta.url).pathname;

/** @param organizationId of tokens that name none */
function create(organizationId: string | undefined, upstream = client): Gateway {
  const env = { UPSTREAM_URL: emulator.url, ORGANIZATIONS_FILE: organizationsFile, SWITCHED_OFF: 'retry' };
  return buildGateway({ env, client: upstream, authenticate: authenticateByPassthrough({ organizationId }) });
}

const globalId = Buffer.from(`Organization:${demo.organizationId}`).toString('base64');

/** The data of an organization from each field that returns one. */
const everyField = `{
  organization { name policies { key } }
  viewer { organization { name } }
  node(id: "${globalId}") { ... on Organization { name } }
  nodes(ids: ["${globalId}"]) { ... on Organization { name } }
}`;

const query = (token: string, text = everyField): Promise<Answer> =>
  queryWithAuthorization(gateway, `Bearer ${token}`, text);
/** The calls, except those for the policies of the organization, which prove nothing. */
const routes = () =>
  emulator.control
    .calls()
    .map(({ route }) => route)
    .filter((route) => route !== 'organizationPolicies');

async function getToken(client: { clientKey: string; clientSecret: string }): Promise<string> {
  const token = await logIn(emulator, client);
  emulator.control.clearLog();
  return token;
}

const forge = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

test.each([
  ['with every scope', { organizationId: demo.organizationId, scopes: ['organization_read', 'customer_read'] }],
  ['with none', { organizationId: demo.organizationId }],
])('a forged token %s gets no data of the organization that it names', async (_, claims) => {
  const { data, errors, text } = await query(forge(claims));
  expect(data).toEqual({ organization: null, viewer: { organization: null }, node: null, nodes: [null] });
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(Array(4).fill('UNAUTHENTICATED'));
  expect(text).not.toMatch(/Contactgraph Demo|termsOfUse/);
  expect(routes()).toEqual(['contacts']);
});

describe.each([
  ['that has only `iss`, `iat` and `exp`', false],
  ['that also names its organization and scopes', true],
])('a valid token %s', (_, claims) => {
  beforeEach(() => emulator.control.tokenClaims(claims));

  test('a valid token is checked at the upstream once, although it is sent several times', async () => {
    const token = await getToken(demo);
    const { data, errors } = await query(token);
    expect(errors).toEqual([]);
    expect(data.organization.name).toBe('Contactgraph Demo');
    expect(data.node).toEqual({ name: 'Contactgraph Demo' });
    expect(routes()).toEqual(['service']);
    expect((await query(token)).errors).toEqual([]);
    expect(routes()).toEqual(['service']);
  });

  test('a token is proven by any successful upstream call', async () => {
    const token = await getToken(demo);
    const { errors } = await query(
      token,
      `{ contact(by: {cid: "${demo.contactId}"}) { wifiProfiles { passpoint { realm } } } }`,
    );
    expect(errors).toEqual([]);
    expect((await query(token)).errors).toEqual([]);
    expect(routes()).toEqual(claims ? ['contact'] : ['service', 'contact']);
  });

  test('a valid token of one organization gets no data of another one, without a call for that', async () => {
    const { data, errors } = await query(await getToken(second), `{ node(id: "${globalId}") { id } }`);
    expect([data, errors]).toEqual([{ node: null }, []]);
    expect(routes()).toEqual(claims ? [] : ['service']);
  });

  test('a failed upstream call does not prove a token, and the next operation checks it again', async () => {
    const token = await getToken(demo);
    emulator.control.fault({ path: '/services/', kind: 'status', status: 503, times: 1 });
    const { data, errors } = await query(token, '{ organization { name } viewer { scopes } }');
    expect(data).toEqual(
      claims ? { organization: null, viewer: { scopes: expect.arrayContaining(['CUSTOMER_READ']) } } : null,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect((await query(token)).errors).toEqual([]);
    expect(routes()).toEqual(['service', 'service']);
  });

  test('a token that the upstream refuses as unknown proves nothing', async () => {
    const token = await getToken(demo);
    emulator.control.expireTokens();
    const { text, errors } = await query(token);
    expect(errors.map(({ extensions }) => extensions['code'])).toContain('UNAUTHENTICATED');
    expect(text).not.toMatch(/Contactgraph Demo|termsOfUse/);
    expect(routes()).toEqual(['service']);
  });
});

test('where the upstream does not tell services, a token that names an organization is checked with a list of one row', async () => {
  emulator.control.tokenClaims(true);
  const token = await getToken(demo);
  emulator.control.fault({ path: '/services/', kind: 'status', status: 404 });
  const { data, errors } = await query(token);
  expect([errors, data.organization.name]).toEqual([[], 'Contactgraph Demo']);
  expect(routes()).toEqual(['service', 'contacts']);
});

test('a token that names no organization gets data of the default organization only if it may read the list of its contacts', async () => {
  const raw = await startRawUpstream((request, response) => {
    const isContact = request.url === path.contact(demo.contactId);
    response.writeHead(isContact ? 200 : 403, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        status: 'OK',
        [payload.contact]: { [contactField.cid]: demo.contactId, [contactField.username]: 'ada' },
      }),
    );
  });
  const elsewhere = createUpstreamClient({ url: raw.url });
  gateway = create(demo.organizationId, elsewhere);
  const { data, errors } = await query(
    forge({}),
    `{ contact(by: {cid: "${demo.contactId}"}) { username wifiProfiles { passpoint { realm } } } }`,
  );
  expect(data).toEqual({ contact: { username: 'ada', wifiProfiles: null } });
  expect(errors).toMatchObject([{ path: ['contact', 'wifiProfiles'], extensions: { code: 'FORBIDDEN' } }]);
  expect(raw.requests).toHaveLength(2);
  await elsewhere.close();
  await raw.close();
});
