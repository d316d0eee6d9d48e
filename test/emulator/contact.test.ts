import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { eventTypes } from '../../src/upstream/wire.ts';
import { type Api, connect } from './support.ts';

let emulator: Emulator;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 300 });
  api = await connect(emulator);
});
afterAll(() => emulator.close());

const profile = (cid: string) => api('GET', `/v2/customers/${cid}`);
const child = (cid: string, kind: string) => api('GET', `/v2/customers/${cid}/${kind}`);

test('the profile holds the row of the list and what only the profile knows', async () => {
  const { status, body } = await profile(demo.contactId);
  expect(status).toBe(200);
  expect(body.status).toBe('OK');
  expect(body.customer).toEqual(JSON.parse(JSON.stringify(emulator.find(demo.contactId))));
  expect(body.customer).toMatchObject({ firstName: 'Ada', custom: { shoeSize: '38' }, language: 'it' });
  const [row] = emulator.contacts();
  expect(body.customer).toMatchObject(row ?? {});
});

test('contact number 0 has events of every kind, three devices and many sessions', async () => {
  const events = (await child(demo.contactId, 'events')).body;
  expect(events.count).toBe(events.events.length);
  expect(events.count).toBeGreaterThanOrEqual(30);
  const types = new Set(events.events.map(({ event }: { event: { type: string } }) => event.type));
  expect(types).toEqual(new Set(eventTypes));
  expect((await child(demo.contactId, 'devices')).body.devices).toHaveLength(3);
  expect((await child(demo.contactId, 'accountings')).body.count).toBeGreaterThanOrEqual(25);
});

test('every kind of event brings its own block', async () => {
  const { events } = (await child(demo.contactId, 'events')).body;
  const blocks = new Map(events.map((row: { event: { type: string } }) => [row.event.type, row]));
  const campaign = {
    campaignId: expect.any(String),
    communicationId: expect.any(String),
    campaignName: expect.any(String),
  };
  expect(blocks.get('signup')).toMatchObject({ signup: { source: 'mobileapp' } });
  expect(blocks.get('login')).toMatchObject({ login: { duration: expect.any(Number) } });
  expect(blocks.get('visit')).toMatchObject({ visit: { startAt: expect.any(String), duration: expect.any(Number) } });
  expect(blocks.get('open_email')).toMatchObject({ email: { ...campaign, email: 'ada.rossi@example.com' } });
  expect(blocks.get('send_sms')).toMatchObject({ sms: { ...campaign, phone: '+390501234567', prefix: '+39' } });
  expect(blocks.get('survey')).toMatchObject({ survey: { campaignId: expect.any(String) } });
  expect(blocks.get('leave')).toMatchObject({ organizationId: demo.organizationId, customerId: demo.contactId });
});

test('the local time of an event is the wall clock of its venue, with a Z that does not mean UTC', async () => {
  const { events } = (await child(edge.manyEvents, 'events')).body;
  const summer = events.find(({ when }: When) => when.timezone === 'Europe/Rome' && /-07-/.test(when.createdAt));
  const winter = events.find(({ when }: When) => when.timezone === 'Europe/Rome' && /-01-/.test(when.createdAt));
  expect(Date.parse(summer.when.createdAtLocal) - Date.parse(summer.when.createdAt)).toBe(2 * 3_600_000);
  expect(Date.parse(winter.when.createdAtLocal) - Date.parse(winter.when.createdAt)).toBe(3_600_000);
});

test('events come mostly newest first, but for some contacts in another order', async () => {
  const sorted: boolean[] = [];
  for (const { cid } of emulator.contacts().slice(30, 130)) {
    const { events } = (await child(cid, 'events')).body;
    const times = events.map(({ when }: When) => when.createdAt);
    if (times.length > 4) sorted.push(times.join() === times.toSorted().reverse().join());
  }
  expect(sorted.filter(Boolean).length).toBeGreaterThan(sorted.length / 2);
  expect(sorted).toContain(false);
});

test('devices tell the connections that the sessions show', async () => {
  const { devices } = (await child(demo.contactId, 'devices')).body;
  const { accountings } = (await child(demo.contactId, 'accountings')).body;
  for (const { macAddress, connections, lastConnection } of devices) {
    const own = accountings.filter((row: { macAddress: string }) => row.macAddress === macAddress);
    expect(own).toHaveLength(connections);
    expect(
      own
        .map(({ startAt }: { startAt: string }) => startAt)
        .sort()
        .at(-1),
    ).toBe(lastConnection);
  }
});

test('answers do not change from one call to the next', async () => {
  const { cid } = emulator.contacts()[100] ?? { cid: '' };
  for (const kind of ['events', 'devices', 'accountings']) {
    expect((await child(cid, kind)).body[kind]).toEqual((await child(cid, kind)).body[kind]);
  }
  expect((await profile(cid)).body.customer).toEqual((await profile(cid)).body.customer);
});

test('byte counts beyond 2^53 stand digit by digit in the text', async () => {
  const { text } = await child(edge.hugeTraffic, 'accountings');
  expect(text).toContain('"inputOctets":9007199254740993,');
  expect(text).toContain('"outputOctets":18446744073709551615,');
});

test('an open session has no end', async () => {
  const { accountings } = (await child(edge.openSession, 'accountings')).body;
  expect(accountings[0]).toMatchObject({ stopAt: null, duration: null, terminateCause: null });
  expect(accountings[1].stopAt).toEqual(expect.any(String));
});

test('one contact has never done anything, and one has done it hundreds of times', async () => {
  expect((await child(edge.noEvents, 'events')).body).toMatchObject({ count: 0, events: [] });
  expect((await child(edge.manyEvents, 'events')).body.count).toBe(640);
});

test('the edge cases are what they say', async () => {
  const read = async (cid: string) => (await profile(cid)).body.customer;
  expect(await read(edge.nulls)).toMatchObject({ firstName: null, policies: null, metrics: null, custom: null });
  expect(Object.keys(await read(edge.bare)).sort()).toEqual(['cid', 'created', 'modified', 'organizationCid']);
  expect(await read(edge.emptyStrings)).toMatchObject({ firstName: '', email: '', segments: [] });
  expect(await read(edge.wrongTypes)).toMatchObject({ logins: 'many', age: 36.5, policies: 'none' });
  expect(await read(edge.invalidDates)).toMatchObject({ birthDate: '1990-02-30', lastLogin: 'yesterday' });
  expect(await read(edge.unknownEnums)).toMatchObject({ gender: 'x-unknown', signupMethod: 'telepathy' });
  expect((await read(edge.longNames)).firstName.length).toBeGreaterThan(10_000);
  expect((await read(edge.rightToLeft)).lastName).toContain('\u200F');
  expect((await read(edge.emoji)).firstName).toContain('👩‍👩‍👧‍👦');
  expect((await read(edge.noUsername)).username).toBeNull();
  expect((await read(edge.barePhone)).phone).toBe('390507654321');
  expect(await read(edge.newFields)).toMatchObject({ loyaltyTier: 'gold' });
  const unknown = (await child(edge.unknownEvents, 'events')).body.events;
  expect(unknown.map(({ event }: { event: { type: string } }) => event.type)).toContain('teleport');
  const half = (await child(edge.halfEvents, 'events')).body.events;
  expect(half).toContainEqual({});
});

test('a custom attribute may be called __proto__', async () => {
  const { text, body } = await profile(edge.hostileKeys);
  expect(text).toContain('"__proto__":{"polluted":true}');
  expect(Object.keys(body.customer.custom)).toEqual(['__proto__', 'constructor', 'prototype', 'toString']);
});

test('all contacts but the edge cases are clean', () => {
  const odd = new Set<string>(Object.values(edge));
  for (const { cid } of emulator.contacts().filter((contact) => !odd.has(contact.cid))) {
    const contact = emulator.find(cid);
    expect(contact).toMatchObject({
      cid: expect.stringMatching(/^[0-9a-f]{32}$/),
      gender: expect.stringMatching(/^(male|female|other|M|F|O)$/),
      country: expect.stringMatching(/^([A-Z]{2}|[a-z]{2})$/),
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      username: expect.stringMatching(/^[A-Z0-9]{10,12}$/),
      logins: expect.any(Number),
      locked: expect.any(Boolean),
    });
    expect(contact?.phone ?? '+391234567').toMatch(/^\+[1-9]\d{6,14}$/);
    expect(contact?.birthDate ?? '1990-01-01').toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(contact?.age ?? '1').toMatch(/^\d{1,3}$/);
    expect(String(contact?.modified) >= String(contact?.created)).toBe(true);
    expect(contact?.policies?.map(({ name }) => name)).toContain('customs.emailMarketing');
  }
});

test.for(['', '/events', '/devices', '/accountings'])('a contact that does not exist is a 404: %s', async (suffix) => {
  const reply = await api('GET', `/v2/customers/${'0'.repeat(32)}${suffix}`);
  expect(reply).toMatchObject({ status: 404, body: { status: 'KO', code: 'NOT_FOUND' } });
});

test.for(['', '/events', '/devices', '/accountings'])('a parameter where none belongs is a 409: %s', async (suffix) => {
  expect((await api('GET', `/v2/customers/${demo.contactId}${suffix}?size=1`)).status).toBe(409);
});

type When = { when: { createdAt: string; timezone: string } };
