import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge, sharedValues } from '../../emulator/edge-cases.ts';
import { cidsOf, contactsPath, minimalContact, startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 100 });

const create = (body: unknown, query = '') => api('POST', `/v3/customers${query}`, body);
const update = (cid: string, body: unknown) => api('PUT', `/v3/customers/${cid}`, body);
const setPolicies = (cid: string, policies: unknown) => api('PUT', `/v1/customers/${cid}/policies`, { policies });

test('an update changes the fields of its body and the time of modification', async () => {
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

test('a search finds a contact by its updated values only', async () => {
  await update(edge.barePhone, { phoneNumber: '+390622222222', email: 'moved@example.com' });
  expect(cidsOf(await api('GET', contactsPath(emulator, { email: 'moved@example.com' })))).toEqual([edge.barePhone]);
  await update(edge.barePhone, { email: 'moved.again@example.com' });
  expect(cidsOf(await api('GET', contactsPath(emulator, { email: 'moved@example.com' })))).toEqual([]);
});

test.for([{ username: 'x' }, { password: 'x' }, { lock: false }, { cid: 'x' }, { gender: 'M' }, { firstName: null }])(
  'an update with the body %j is a 409',
  async (body) => {
    expect((await update(demo.contactId, body)).status).toBe(409);
  },
);

test('policies are set by key, and custom policies have a prefix', async () => {
  const response = await setPolicies(demo.contactId, [
    { policyKey: 'mktgCommunications', accepted: false },
    { policyKey: 'customs.brandNew', accepted: true },
    { policyKey: 'privacy', accepted: true },
  ]);
  expect(response.status).toBe(200);
  expect(emulator.find(demo.contactId)?.policies).toEqual(
    expect.arrayContaining([
      { name: 'mktgCommunications', accepted: false },
      { name: 'customs.brandNew', accepted: true },
      { name: 'termsOfUse', accepted: true },
    ]),
  );
});

test.for([
  ['a withdrawn privacy policy', [{ policyKey: 'privacy', accepted: false }]],
  ['withdrawn terms of use', [{ policyKey: 'termsOfUse', accepted: false }]],
  ['an unknown key', [{ policyKey: 'emailMarketing', accepted: true }]],
  ['a prefix without a key', [{ policyKey: 'customs.', accepted: true }]],
  [
    'a repeated key',
    [
      { policyKey: 'customs.a', accepted: true },
      { policyKey: 'customs.a', accepted: false },
    ],
  ],
  ['a value that is not a boolean', [{ policyKey: 'customs.a', accepted: 'true' }]],
  ['an empty list', []],
  ['an object instead of a list', { 'customs.a': true }],
])('setting policies with %s is a 409 and changes nothing', async ([, policies]) => {
  const before = emulator.find(demo.contactId);
  expect((await setPolicies(demo.contactId, policies)).status).toBe(409);
  expect(emulator.find(demo.contactId)).toEqual(before);
});

test('a deleted contact is a 404 on every endpoint and absent from the list', async () => {
  const { id } = (await create({ ...minimalContact, email: 'leaving@example.com' })).body;
  expect((await api('DELETE', `/v1/customers/${id}`)).status).toBe(200);
  expect((await api('DELETE', `/v1/customers/${id}`)).status).toBe(404);
  expect((await api('GET', `/v2/customers/${id}`)).status).toBe(404);
  expect((await update(id, {})).status).toBe(404);
  expect((await setPolicies(id, [{ policyKey: 'privacy', accepted: true }])).status).toBe(404);
  expect((await api('GET', contactsPath(emulator, { email: 'leaving@example.com' }))).body.count).toBe(0);
});
