import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge, sharedValues } from '../../emulator/edge-cases.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Api, cidsOf, connect, listPath } from './support.ts';

let emulator: Emulator;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 100 });
  api = await connect(emulator);
});
afterAll(() => emulator.close());

const minimal = {
  organizationId: demo.organizationId,
  source: 'api',
  policies: { privacy: true, termsOfUse: true },
};
const create = (body: unknown, query = '') => api('POST', `/v3/customers${query}`, body);
const update = (cid: string, body: unknown) => api('PUT', `/v3/customers/${cid}`, body);
const setPolicies = (cid: string, policies: unknown) => api('PUT', `/v1/customers/${cid}/policies`, { policies });

test('an update changes what it names, and the time of modification', async () => {
  const before = emulator.find(edge.twin);
  const { status, body } = await update(edge.twin, { lastName: 'Changed', birthDate: '2000-01-02', extProp1: 'new' });
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['status', 'generated']);
  const after = emulator.find(edge.twin);
  expect(after).toEqual({
    ...before,
    ...{ lastName: 'Changed', birthDate: '2000-01-02', birthDay: '01-02', age: expect.any(String) },
    extId: { id: sharedValues.extId, prop1: 'new', prop2: sharedValues.extProp2 },
    modified: expect.any(String),
  });
  expect(String(after?.modified) > String(before?.modified)).toBe(true);
});

test('searches follow an update', async () => {
  await update(edge.barePhone, { phoneNumber: '+390622222222', email: 'moved@example.com' });
  expect(cidsOf(await api('GET', listPath(emulator, { email: 'moved@example.com' })))).toEqual([edge.barePhone]);
  await update(edge.barePhone, { email: 'moved.again@example.com' });
  expect(cidsOf(await api('GET', listPath(emulator, { email: 'moved@example.com' })))).toEqual([]);
});

test.for([{ username: 'x' }, { password: 'x' }, { lock: false }, { cid: 'x' }, { gender: 'M' }, { firstName: null }])(
  'an update with %j is a 409',
  async (body) => {
    expect((await update(demo.contactId, body)).status).toBe(409);
  },
);

test('policies are set by key, custom ones with their prefix', async () => {
  const reply = await setPolicies(demo.contactId, [
    { policyKey: 'mktgCommunications', accepted: false },
    { policyKey: 'customs.brandNew', accepted: true },
    { policyKey: 'privacy', accepted: true },
  ]);
  expect(reply.status).toBe(200);
  expect(emulator.find(demo.contactId)?.policies).toEqual(
    expect.arrayContaining([
      { name: 'mktgCommunications', accepted: false },
      { name: 'customs.brandNew', accepted: true },
      { name: 'termsOfUse', accepted: true },
    ]),
  );
});

test.for([
  ['privacy taken back', [{ policyKey: 'privacy', accepted: false }]],
  ['terms of use taken back', [{ policyKey: 'termsOfUse', accepted: false }]],
  ['an unknown key', [{ policyKey: 'emailMarketing', accepted: true }]],
  ['a prefix without a key', [{ policyKey: 'customs.', accepted: true }]],
  [
    'a key twice',
    [
      { policyKey: 'customs.a', accepted: true },
      { policyKey: 'customs.a', accepted: false },
    ],
  ],
  ['no boolean', [{ policyKey: 'customs.a', accepted: 'true' }]],
  ['nothing', []],
  ['no list', { 'customs.a': true }],
])('setting policies with %s is a 409, and changes nothing', async ([, policies]) => {
  const before = emulator.find(demo.contactId);
  expect((await setPolicies(demo.contactId, policies)).status).toBe(409);
  expect(emulator.find(demo.contactId)).toEqual(before);
});

test('a deleted contact is gone, everywhere and for good', async () => {
  const { id } = (await create({ ...minimal, email: 'leaving@example.com' })).body;
  expect((await api('DELETE', `/v1/customers/${id}`)).status).toBe(200);
  expect((await api('DELETE', `/v1/customers/${id}`)).status).toBe(404);
  expect((await api('GET', `/v2/customers/${id}`)).status).toBe(404);
  expect((await update(id, {})).status).toBe(404);
  expect((await setPolicies(id, [{ policyKey: 'privacy', accepted: true }])).status).toBe(404);
  expect((await api('GET', listPath(emulator, { email: 'leaving@example.com' }))).body.count).toBe(0);
});
