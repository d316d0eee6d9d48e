import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { sharedValues } from '../../emulator/edge-cases.ts';
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

test('creation answers who the contact is, with a password that appears nowhere else', async () => {
  const { status, body } = await create({ ...minimal, firstName: 'Grace', phoneNumber: '+14155552671' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'OK', organizationId: demo.organizationId, locked: true });
  expect(body).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    username: expect.stringMatching(/^[A-Z]{11}$/),
  });
  expect(body.password).toEqual(expect.any(String));
  const profile = await api('GET', `/v2/customers/${body.id}`);
  expect(profile.body.customer).toMatchObject({ firstName: 'Grace', phone: '+14155552671', signupMethod: 'api' });
  expect(profile.text).not.toContain(body.password);
  expect(cidsOf(await api('GET', listPath(emulator, { phone: '+14155552671' })))).toEqual([body.id]);
});

test('a new contact has signed up, and nothing else has happened to it', async () => {
  const { id } = (await create({ ...minimal, source: 'kiosk' })).body;
  const { events } = (await api('GET', `/v2/customers/${id}/events`)).body;
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ event: { type: 'signup' }, signup: { source: 'kiosk' } });
  expect((await api('GET', `/v2/customers/${id}/devices`)).body.count).toBe(0);
  expect((await api('GET', `/v2/customers/${id}/accountings`)).body.count).toBe(0);
});

test('creation takes every documented field', async () => {
  const { body } = await create({
    ...minimal,
    ...{ locationId: demo.locationId, hotspotId: 'h1', username: 'chosen', password: 'secret', lock: false },
    ...{ firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com', emailVerified: true, phoneVerified: false },
    ...{ gender: null, birthDate: '1990-02-28', language: 'en', country: 'gb', zipCode: '1', companyName: 'C' },
    ...{ civilStatus: 'Miss', doubleOptin: 'confirmed', custom: { a: 'b' }, picture: 'p', profileId: 'plan' },
    ...{ extId: 'e0', extProp1: 'e1', extProp2: 'e2', processingData: { profiling: true } },
    policies: { ...minimal.policies, mktgCommunications: true, 'customs.x': true },
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
  ['nothing', {}],
  ['no source', { ...minimal, source: undefined }],
  ['an unknown source', { ...minimal, source: 'telepathy' }],
  ['no policies', { ...minimal, policies: undefined }],
  ['a refused privacy policy', { ...minimal, policies: { privacy: false, termsOfUse: true } }],
  ['missing terms of use', { ...minimal, policies: { privacy: true } }],
  ['an unknown policy', { ...minimal, policies: { ...minimal.policies, emailMarketing: true } }],
  ['a policy that is no boolean', { ...minimal, policies: { ...minimal.policies, mktgCommunications: 'yes' } }],
  ['an unknown field', { ...minimal, shoeSize: 42 }],
  ['a phone that is not E.164', { ...minimal, phoneNumber: '0123' }],
  ['an email that is none', { ...minimal, email: 'nobody' }],
  ['a gender in the SDK’s style', { ...minimal, gender: 'F' }],
  ['a date that does not exist', { ...minimal, birthDate: '2001-02-29' }],
  ['a country that is none', { ...minimal, country: 'Italy' }],
  ['a language that is none', { ...minimal, language: 'EN' }],
  ['a civil status that is none', { ...minimal, civilStatus: 'Dr' }],
  ['a double opt-in that is none', { ...minimal, doubleOptin: 'yes' }],
  ['a taken username', { ...minimal, username: sharedValues.username }],
  ['a list', []],
  ['null', null],
])('creation with %s is a 409, and creates nothing', async ([, body]) => {
  const before = emulator.contacts().length;
  expect(await create(body)).toMatchObject({ status: 409, body: { status: 'KO', message: expect.any(String) } });
  expect(emulator.contacts()).toHaveLength(before);
});

test('creation in another organization is a 403', async () => {
  expect((await create({ ...minimal, organizationId: emulator.clients.second.organizationId })).status).toBe(403);
});

test('deduplication updates the match, and ignores source, username and password', async () => {
  const before = emulator.find(demo.contactId);
  const body = {
    ...minimal,
    email: 'ada.rossi@example.com',
    firstName: 'Ada M.',
    username: 'other',
    password: 'other',
  };
  const reply = await create({ ...body, source: 'kiosk' }, '?deduplicate=phoneNumber,email');
  expect(reply.body).toMatchObject({ id: demo.contactId, username: before?.username });
  expect(reply.body).not.toHaveProperty('password');
  expect(emulator.find(demo.contactId)).toEqual({
    ...before,
    firstName: 'Ada M.',
    policies: before?.policies,
    modified: expect.any(String),
  });
});

test('without deduplication, the same email makes another contact', async () => {
  const { body } = await create({ ...minimal, email: 'ada.rossi@example.com' });
  expect(body.id).not.toBe(demo.contactId);
  emulator.remove(body.id);
});

test.for([
  ['extId', { extId: 'dedup-0' }],
  ['extProp1', { extProp1: 'dedup-1' }],
  ['extProp2', { extProp2: 'dedup-2' }],
  ['phoneNumber', { phoneNumber: '+390611111111' }],
  ['guid', { device: { guid: 'dedup-guid' } }],
] as [string, object][])('deduplicates by %s', async ([key, fields]) => {
  const first = (await create({ ...minimal, ...fields }, `?deduplicate=${key}`)).body;
  const second = (await create({ ...minimal, ...fields }, `?deduplicate=${key}`)).body;
  expect(first.password).toEqual(expect.any(String));
  expect(second.id).toBe(first.id);
});

test.for(['Email', 'phone', '', 'email,', 'email&deduplicate=extId'])('deduplicate=%s is a 409', async (keys) => {
  expect((await create(minimal, `?deduplicate=${keys}`)).status).toBe(409);
});

test('a key without a value in the body matches nobody', async () => {
  const { body } = await create(minimal, '?deduplicate=email,phoneNumber,guid');
  expect(body.password).toEqual(expect.any(String));
});
