import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { type RawUpstream, startRawUpstream } from '../../support/raw-upstream.ts';
import { ada, minimal, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
let upstream: RawUpstream;
beforeAll(async () => {
  upstream = await startRawUpstream((request, response) => {
    const body = request.url?.includes('/login/') ? { token: 'a.b.c' } : { id: 'c1', policies: [] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'OK', ...body }));
  });
  stack = await startWriting({ client: { url: upstream.url } });
});
afterAll(async () => {
  await stack.close();
  await upstream.close();
});

const mutations = {
  createContact: 'CreateContactInput',
  updateContact: 'UpdateContactInput',
  setContactPolicies: 'SetContactPoliciesInput',
  registerContactDevice: 'RegisterContactDeviceInput',
};
type Mutation = keyof typeof mutations;

async function send(mutation: Mutation, input: object) {
  const before = upstream.requests.length;
  const query = `mutation ($input: ${mutations[mutation]}!) { ${mutation}(input: $input) { ${userErrors} } }`;
  const { data, errors } = await stack.query(query, { input });
  expect(errors).toEqual([]);
  const sent = upstream.requests.map((request, index) => `${request} ${upstream.bodies[index]}`).slice(before);
  return { problems: data[mutation].userErrors, sent: sent.filter((request) => !request.startsWith('GET ')) };
}

const { policies } = minimal;
const person = { policies, signupMethod: 'KIOSK', email: 'one@example.com' };
const at = '2026-01-02T03:04:05Z';
const device = { guid: 'g' };

/** A mutation, its input with the present name, with the deprecated one, and with both; the path of the latter. */
const inputs: readonly [Mutation, object, object, object, readonly string[]][] = [
  [
    'createContact',
    person,
    { policies, source: 'KIOSK', email: person.email },
    { ...person, source: 'API' },
    ['source'],
  ],
  ...(['createContact', 'updateContact'] as const).map((mutation): (typeof inputs)[number] => {
    const base = mutation === 'createContact' ? person : { id: ada };
    const externalIds = { extId: 'a', extProp1: 'b', extProp2: 'c' };
    return [
      mutation,
      { ...base, externalIds },
      { ...base, ...externalIds },
      { ...base, externalIds, extId: 'a' },
      ['extId'],
    ];
  }),
  [
    'createContact',
    { ...person, device: { ...device, createdAt: at, modifiedAt: at, lastSeenAt: at } },
    { ...person, device: { ...device, created: at, modified: at, lastSeen: at } },
    { ...person, device: { ...device, createdAt: at, created: at } },
    ['device', 'created'],
  ],
  [
    'registerContactDevice',
    { id: ada, device: { ...device, createdAt: at, lastSeenAt: at } },
    { id: ada, device: { ...device, created: at, lastSeen: at } },
    { id: ada, device: { ...device, lastSeenAt: at, lastSeen: at } },
    ['device', 'lastSeen'],
  ],
  [
    'setContactPolicies',
    { id: ada, policies: { custom: [{ key: 'customs.a', accepted: true }] } },
    { id: ada, policies: { custom: [{ name: 'a', accepted: true }] } },
    { id: ada, policies: { custom: [{ key: 'customs.a', name: 'a', accepted: true }] } },
    ['policies', 'custom', '0', 'name'],
  ],
  [
    'createContact',
    { ...person, phone: '+14155550123', deduplicate: ['PHONE'] },
    { ...person, phone: '+14155550123', deduplicate: ['PHONE_NUMBER'] },
    { ...person, source: 'KIOSK', phone: '+14155550123', deduplicate: ['PHONE'] },
    ['source'],
  ],
];

describe('a deprecated name of an input', () => {
  test.each(inputs)('has the same effect as the present one: %s %j', async (mutation, present, deprecated) => {
    const first = await send(mutation, present);
    expect(first.problems).toEqual([]);
    expect(first.sent).toHaveLength(1);
    expect(await send(mutation, deprecated)).toEqual(first);
  });

  test.each(inputs)(
    'is refused next to the present one: %s %j',
    async (mutation, _present, _deprecated, both, field) => {
      const { problems, sent } = await send(mutation, both);
      expect(problems).toMatchObject([{ code: 'NOT_ALLOWED', field: ['input', ...field] }]);
      expect(sent).toEqual([]);
    },
  );
});

test.each([
  ['createContact', { policies }, 'REQUIRED', ['signupMethod']],
  ['createContact', { ...person, deduplicate: ['EXT_ID'], externalIds: {} }, 'REQUIRED', ['externalIds', 'extId']],
  ['createContact', { ...person, deduplicate: ['EXT_ID'] }, 'REQUIRED', ['extId']],
  ['updateContact', { id: ada, externalIds: {} }, 'REQUIRED', ['externalIds']],
  ['updateContact', { id: ada, externalIds: null }, 'NOT_ALLOWED', ['externalIds']],
  [
    'setContactPolicies',
    { id: ada, policies: { custom: [{ accepted: true }] } },
    'REQUIRED',
    ['policies', 'custom', '0', 'key'],
  ],
  [
    'setContactPolicies',
    { id: ada, policies: { custom: [{ key: 'a', accepted: true }] } },
    'FORMAT',
    ['policies', 'custom', '0', 'key'],
  ],
] as const)('%s with %j is a user error, without a call', async (mutation, input, code, field) => {
  const { problems, sent } = await send(mutation, input);
  expect(problems).toMatchObject([{ code, field: ['input', ...field] }]);
  expect(sent).toEqual([]);
});

test('null in the external ids of an update removes that one', async () => {
  await send('updateContact', { id: ada, externalIds: { extId: 'a', extProp1: 'b' } });
  const { sent } = await send('updateContact', { id: ada, externalIds: { extProp1: null } });
  expect(sent).toEqual([expect.stringContaining('{"extProp1":')]);
});
