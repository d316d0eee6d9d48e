import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { defaultEventSettings } from '../../emulator/event-rows.ts';
import { eventTypes } from '../../src/upstream/wire/index.ts';
import { startTestEmulator } from './support.ts';

// Another test compares the two forms of an event.
const events = { ...defaultEventSettings, spelling: 'nested' } as const;
const { emulator, api } = await startTestEmulator({ contacts: 300, events });

const profile = (cid: string) => api('GET', `/v2/customers/${cid}`);
const child = (cid: string, kind: string) => api('GET', `/v2/customers/${cid}/${kind}`);

test('the profile of a contact has the fields of its row in the list and the fields that only the profile has', async () => {
  const { status, body } = await profile(demo.contactId);
  expect(status).toBe(200);
  expect(body.status).toBe('OK');
  expect(body.customer).toEqual(JSON.parse(JSON.stringify(emulator.find(demo.contactId))));
  expect(body.customer).toMatchObject({ firstName: 'Ada', custom: { shoeSize: '38' }, language: 'it' });
  const [row] = emulator.contacts();
  expect(body.customer).toMatchObject(row ?? {});
});

test('the rows of events are nested and flat in turn, or all of one spelling', async () => {
  const spellings = async () => {
    const { events } = (await child(edge.manyEvents, 'events')).body;
    return events.map((row: Record<string, unknown>) => ('event' in row ? 'nested' : typeof row['type']));
  };
  emulator.control.events({ spelling: 'mixed' });
  expect((await spellings()).slice(0, 3)).toEqual(['nested', 'string', 'nested']);
  emulator.control.events({ spelling: 'flat' });
  expect(new Set(await spellings())).toEqual(new Set(['string']));
  emulator.control.events({ spelling: 'nested' });
  expect(new Set(await spellings())).toEqual(new Set(['nested']));
});

test('the events of a contact are selected and sorted by parameters, unless these are switched off', async () => {
  const count = async () =>
    (await api('GET', `/v2/customers/${edge.manyEvents}/events?size=5&events=login&sortBy=utcTime`)).body.count;
  expect(await count()).toBe(5);
  emulator.control.events({ contactParams: false });
  expect(await count()).toBe(640);
  emulator.control.events({ contactParams: true });
  const wrong = ['size=0', 'size=10001', 'dateStart=2020', 'events=x', 'sortBy=x', 'scrollId=x', 'other=1'];
  for (const param of wrong) {
    expect((await api('GET', `/v2/customers/${edge.manyEvents}/events?${param}`)).status).toBe(409);
  }
});

test('the demo contact has events of every type, three devices and at least 25 WiFi sessions', async () => {
  const events = (await child(demo.contactId, 'events')).body;
  expect(events.count).toBe(events.events.length);
  expect(events.count).toBeGreaterThanOrEqual(30);
  const types = new Set(events.events.map(({ event }: { event: { type: string } }) => event.type));
  expect(types).toEqual(new Set(eventTypes));
  expect((await child(demo.contactId, 'devices')).body.devices).toHaveLength(3);
  expect((await child(demo.contactId, 'accountings')).body.count).toBeGreaterThanOrEqual(25);
});

test('each type of event has its own block', async () => {
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

test('the local time of an event is the time at its venue, written with a Z although it is not UTC', async () => {
  const { events } = (await child(edge.manyEvents, 'events')).body;
  const summer = events.find(({ when }: When) => when.timezone === 'Europe/Rome' && /-07-/.test(when.createdAt));
  const winter = events.find(({ when }: When) => when.timezone === 'Europe/Rome' && /-01-/.test(when.createdAt));
  expect(Date.parse(summer.when.createdAtLocal) - Date.parse(summer.when.createdAt)).toBe(2 * 3_600_000);
  expect(Date.parse(winter.when.createdAtLocal) - Date.parse(winter.when.createdAt)).toBe(3_600_000);
});

test('the events of most contacts are sorted newest first, and those of some contacts are not', async () => {
  const sorted: boolean[] = [];
  for (const { cid } of emulator.contacts().slice(30, 130)) {
    const { events } = (await child(cid, 'events')).body;
    const times = events.map(({ when }: When) => when.createdAt);
    if (times.length > 4) sorted.push(times.join() === times.toSorted().reverse().join());
  }
  expect(sorted.filter(Boolean).length).toBeGreaterThan(sorted.length / 2);
  expect(sorted).toContain(false);
});

test('the connections of each device match the WiFi sessions of the contact', async () => {
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

test('two calls for the same contact return the same data', async () => {
  const { cid } = emulator.contacts()[100] ?? { cid: '' };
  for (const kind of ['events', 'devices', 'accountings']) {
    expect((await child(cid, kind)).body[kind]).toEqual((await child(cid, kind)).body[kind]);
  }
  expect((await profile(cid)).body.customer).toEqual((await profile(cid)).body.customer);
});

test('byte counts above 2^53 are written as exact integers', async () => {
  const { text } = await child(edge.hugeTraffic, 'accountings');
  expect(text).toContain('"inputOctets":9007199254740993,');
  expect(text).toContain('"outputOctets":18446744073709551615,');
});

test('a WiFi session that has not ended has no stop time, no duration and no terminate cause', async () => {
  const { accountings } = (await child(edge.openSession, 'accountings')).body;
  expect(accountings[0]).toMatchObject({ stopAt: null, duration: null, terminateCause: null });
  expect(accountings[1].stopAt).toEqual(expect.any(String));
});

test('one edge case has no events, and another has 640', async () => {
  expect((await child(edge.noEvents, 'events')).body).toMatchObject({ count: 0, events: [] });
  expect((await child(edge.manyEvents, 'events')).body.count).toBe(640);
});

test('each edge case has the values that its description names', async () => {
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

test('a contact can have a custom attribute named __proto__', async () => {
  const { text, body } = await profile(edge.hostileKeys);
  expect(text).toContain('"__proto__":{"polluted":true}');
  expect(Object.keys(body.customer.custom)).toEqual(['__proto__', 'constructor', 'prototype', 'toString']);
});

test('all contacts except the edge cases have valid values', () => {
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

test.for(['', '/events', '/devices', '/accountings'])(
  'a contact that does not exist is a 404 under the path suffix "%s"',
  async (suffix) => {
    const response = await api('GET', `/v2/customers/${'0'.repeat(32)}${suffix}`);
    expect(response).toMatchObject({ status: 404, body: { status: 'KO', code: 'NOT_FOUND' } });
  },
);

test.for(['', '/devices', '/accountings'])(
  'a query parameter of an endpoint that takes none is a 409 under the path suffix "%s"',
  async (suffix) => {
    expect((await api('GET', `/v2/customers/${demo.contactId}${suffix}?size=1`)).status).toBe(409);
  },
);

type When = { when: { createdAt: string; timezone: string } };
