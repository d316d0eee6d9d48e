import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { sharedValues } from '../../emulator/edge-cases.ts';
import { cidsOf, contactsPath, minimalContact, startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 100 });

const create = (body: unknown, query = '') => api('POST', `/v3/customers${query}`, body);

test('a creation returns the id, the username and a password that no other response contains', async () => {
  const { status, body } = await create({ ...minimalContact, firstName: 'Grace', phoneNumber: '+14155552671' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: 'OK', organizationId: demo.organizationId, locked: true });
  expect(body).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    username: expect.stringMatching(/^[A-Z]{11}$/),
  });
  expect(body.password).toEqual(expect.any(String));
  const profile = await api('GET', `/v2/customers/${body.id}`);
  expect(profile.body.customer).toMatchObject({ firstName: 'Grace', phone: '+14155552671', signupMethod: 'api' });
  expect(profile.text).not.toContain(body.password);
  expect(cidsOf(await api('GET', contactsPath(emulator, { phone: '+14155552671' })))).toEqual([body.id]);
});

test('a new contact has one signup event, no devices and no WiFi sessions', async () => {
  const { id } = (await create({ ...minimalContact, source: 'kiosk' })).body;
  const { events } = (await api('GET', `/v2/customers/${id}/events`)).body;
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ event: { type: 'signup' }, signup: { source: 'kiosk' } });
  expect((await api('GET', `/v2/customers/${id}/devices`)).body.count).toBe(0);
  expect((await api('GET', `/v2/customers/${id}/accountings`)).body.count).toBe(0);
});

test('a creation accepts every documented field', async () => {
  const { body } = await create({
    ...minimalContact,
    ...{ locationId: demo.locationId, hotspotId: 'h1', username: 'chosen', password: 'secret', lock: false },
    ...{ firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com', emailVerified: true, phoneVerified: false },
    ...{ gender: null, birthDate: '1990-02-28', language: 'en', country: 'gb', zipCode: '1', companyName: 'C' },
    ...{ civilStatus: 'Miss', doubleOptin: 'confirmed', custom: { a: 'b' }, picture: 'p', profileId: 'plan' },
    ...{ extId: 'e0', extProp1: 'e1', extProp2: 'e2', processingData: { profiling: true } },
    policies: { ...minimalContact.policies, mktgCommunications: true, 'customs.x': true },
    document: { memberId: 'm', type: 'passport' },
    device: { guid: 'guid-1', os: 'iOS' },
  });
  expect(body).toMatchObject({ username: 'chosen', password: 'secret', locked: false, hotspotId: 'h1' });
  expect(emulator.find(body.id)).toMatchObject({
    ...{ email: 'ann@example.com', birthDay: '02-28', age: expect.stringMatching(/^\d+$/), custom: { a: 'b' } },
    ...{ extId: { id: 'e0', prop1: 'e1', prop2: 'e2' }, document: { memberId: 'm' }, profileId: 'plan' },
    policies: expect.arrayContaining([{ name: 'customs.x', accepted: true }]),
    processingData: { profiling: true, processingPersonalData: false },
  });
});

test.for([
  ['an empty body', {}],
  ['no source', { ...minimalContact, source: undefined }],
  ['an unknown source', { ...minimalContact, source: 'telepathy' }],
  ['no policies', { ...minimalContact, policies: undefined }],
  ['a refused privacy policy', { ...minimalContact, policies: { privacy: false, termsOfUse: true } }],
  ['absent terms of use', { ...minimalContact, policies: { privacy: true } }],
  ['an unknown policy', { ...minimalContact, policies: { ...minimalContact.policies, emailMarketing: true } }],
  [
    'a policy that is not a boolean',
    { ...minimalContact, policies: { ...minimalContact.policies, mktgCommunications: 'yes' } },
  ],
  ['an unknown field', { ...minimalContact, shoeSize: 42 }],
  ['a phone that is not E.164', { ...minimalContact, phoneNumber: '0123' }],
  ['an invalid email address', { ...minimalContact, email: 'absent' }],
  ['a gender in the spelling of the SDK', { ...minimalContact, gender: 'F' }],
  ['a date that does not exist', { ...minimalContact, birthDate: '2001-02-29' }],
  ['an invalid country', { ...minimalContact, country: 'Italy' }],
  ['an invalid language', { ...minimalContact, language: 'EN' }],
  ['an unknown civil status', { ...minimalContact, civilStatus: 'Dr' }],
  ['an unknown double opt-in', { ...minimalContact, doubleOptin: 'yes' }],
  ['a taken username', { ...minimalContact, username: sharedValues.username }],
  ['a list', []],
  ['null', null],
])('a creation with %s is a 409 and creates no contact', async ([, body]) => {
  const before = emulator.contacts().length;
  expect(await create(body)).toMatchObject({ status: 409, body: { status: 'KO', message: expect.any(String) } });
  expect(emulator.contacts()).toHaveLength(before);
});

test('a creation in another organization is a 403', async () => {
  expect((await create({ ...minimalContact, organizationId: emulator.clients.second.organizationId })).status).toBe(
    403,
  );
});

test('a creation with a duplicate updates that contact, and ignores source, username and password', async () => {
  const before = emulator.find(demo.contactId);
  const body = {
    ...minimalContact,
    email: 'ada.rossi@example.com',
    firstName: 'Ada M.',
    username: 'other',
    password: 'other',
  };
  const response = await create({ ...body, source: 'kiosk' }, '?deduplicate=phoneNumber,email');
  expect(response.body).toMatchObject({ id: demo.contactId, username: before?.username });
  expect(response.body).not.toHaveProperty('password');
  expect(emulator.find(demo.contactId)).toEqual({
    ...before,
    firstName: 'Ada M.',
    policies: before?.policies,
    modified: expect.any(String),
  });
});

test('a creation without the parameter deduplicate creates a second contact with the same email address', async () => {
  const { body } = await create({ ...minimalContact, email: 'ada.rossi@example.com' });
  expect(body.id).not.toBe(demo.contactId);
  emulator.remove(body.id);
});

test.for([
  ['extId', { extId: 'dedup-0' }],
  ['extProp1', { extProp1: 'dedup-1' }],
  ['extProp2', { extProp2: 'dedup-2' }],
  ['phoneNumber', { phoneNumber: '+390611111111' }],
  ['guid', { device: { guid: 'dedup-guid' } }],
] as [string, object][])('a creation finds its duplicate by %s', async ([key, fields]) => {
  const first = (await create({ ...minimalContact, ...fields }, `?deduplicate=${key}`)).body;
  const second = (await create({ ...minimalContact, ...fields }, `?deduplicate=${key}`)).body;
  expect(first.password).toEqual(expect.any(String));
  expect(second.id).toBe(first.id);
});

test.for(['Email', 'phone', '', 'email,', 'email&deduplicate=extId'])(
  'the parameter deduplicate=%s is a 409',
  async (keys) => {
    expect((await create(minimalContact, `?deduplicate=${keys}`)).status).toBe(409);
  },
);

test('a deduplication key whose field is absent from the body has no match', async () => {
  const { body } = await create(minimalContact, '?deduplicate=email,phoneNumber,guid');
  expect(body.password).toEqual(expect.any(String));
});
