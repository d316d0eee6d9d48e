import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

test('the organization has its name and costs no upstream call, and its policies cost one', async () => {
  const { data, errors } = await stack.query(
    '{ organization { id cid name policies { key title required } } viewer { organization { cid } scopes } }',
  );
  expect(errors).toEqual([]);
  expect(data.organization).toMatchObject({ cid: demo.organizationId, name: 'Contactgraph Demo' });
  expect(data.organization.policies.slice(0, 2)).toEqual([
    { key: 'termsOfUse', title: 'Terms of use', required: true },
    { key: 'privacy', title: 'Privacy policy', required: true },
  ]);
  expect(data.viewer.organization.cid).toBe(demo.organizationId);
  expect(data.viewer.scopes).toContain('CUSTOMER_READ');
  const routes = stack.emulator.control.calls().map(({ route }) => route);
  expect(routes.filter((route) => route !== 'login')).toEqual(['organizationPolicies']);
  stack.emulator.control.clearLog();
  expect((await stack.query('{ organization { id cid name } }')).errors).toEqual([]);
  expect(stack.emulator.control.calls()).toEqual([]);
});

test("WiFi profiles consist of the organization's settings and the contact's username", async () => {
  const { data } = await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { wifiProfiles {
    passpoint { realm friendlyName roaming outerIdentity username trustedServerNames }
    wpa2Enterprise { ssid outerIdentity username trustedServerNames }
  } } }`);
  expect(data.contact.wifiProfiles).toEqual({
    passpoint: {
      realm: 'wifi.cloud4wi.com',
      friendlyName: 'Cloud4Wi WiFi',
      roaming: false,
      outerIdentity: 'anonymous@get.securewifi.io',
      username: 'YYYYYZZZXXX1',
      trustedServerNames: ['get.securewifi.io'],
    },
    wpa2Enterprise: {
      ssid: 'securewifi.io',
      outerIdentity: 'anonymous@get.securewifi.io',
      username: 'YYYYYZZZXXX1',
      trustedServerNames: ['get.securewifi.io'],
    },
  });
});

test('a contact without username has no WiFi profiles', async () => {
  const { data } = await stack.query(
    `{ contact(by: {cid: "${edge.noUsername}"}) { cid wifiProfiles { passpoint { realm } } } }`,
  );
  expect(data.contact).toEqual({ cid: edge.noUsername, wifiProfiles: null });
});

test('node and nodes fetch contacts and organizations by global id in one operation', async () => {
  const contact = globalId('Contact', demo.contactId);
  const organization = globalId('Organization', demo.organizationId);
  const { data, errors } = await stack.query(
    `query ($contact: ID!, $ids: [ID!]!) {
      node(id: $contact) { __typename id ... on Contact { firstName devices { totalCount } } }
      nodes(ids: $ids) { __typename id }
    }`,
    {
      contact,
      ids: [
        organization,
        globalId('Contact', 'f'.repeat(32)),
        contact,
        globalId('Organization', second.organizationId),
      ],
    },
  );
  expect(errors).toEqual([]);
  expect(data.node).toEqual({ __typename: 'Contact', id: contact, firstName: 'Ada', devices: { totalCount: 3 } });
  expect(data.nodes).toEqual([
    { __typename: 'Organization', id: organization },
    null,
    { __typename: 'Contact', id: contact },
    null,
  ]);
});

test('when one node fails, the other nodes are complete', async () => {
  stack.emulator.control.fault({ path: edge.emoji, kind: 'status', status: 500 });
  const ids = [globalId('Contact', edge.emoji), globalId('Contact', demo.contactId)];
  const { data, errors } = await stack.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(data.nodes).toEqual([null, { id: ids[1] }]);
  expect(errors).toMatchObject([{ path: ['nodes', 0], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
});

test.each(['Device', 'Query', '__proto__', 'contact', '', 'Contact:Contact'])(
  'a global id of the type %j is refused, because it is no type of a node',
  async (type) => {
    const { errors } = await stack.query('query ($id: ID!) { node(id: $id) { id } }', { id: globalId(type, 'a') });
    expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toMatch(/^"id": Use the "id" of a contact or an organization/);
    expect(stack.emulator.control.calls()).toEqual([]);
  },
);

test('more than a hundred nodes in one field are refused without an upstream call', async () => {
  const ids = Array.from({ length: 101 }, (_, n) => globalId('Contact', `c${n}`));
  const { errors } = await stack.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  expect(stack.emulator.control.calls()).toEqual([]);
});
