import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { edge, shared } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`); // the login is not what these tests count
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);

const whole = `
  query Whole($cid: ID!) {
    contact(by: {cid: $cid}) {
      cid firstName lastName gender birthDate country email emailVerified phone username createdAt language
      policies { key accepted }
      events(first: 20) { nodes { type occurredAt } }
      devices { nodes { macAddress } }
      accountings(first: 20) { nodes { startedAt bytesFromDevice } }
    }
  }`;

describe('a contact, whole, in one round trip', () => {
  test('costs exactly four upstream calls', async () => {
    const { data, errors } = await stack.query(whole, { cid: demo.contactId });
    expect(errors).toEqual([]);
    expect(data.contact).toMatchObject({
      firstName: 'Ada',
      gender: 'FEMALE',
      birthDate: '1990-12-10',
      country: 'IT',
      phone: '+390501234567',
      createdAt: '2025-03-08T09:30:00.000Z',
      language: 'it',
    });
    expect(data.contact.policies).toContainEqual({ key: 'customs.my_policy', accepted: false });
    expect(data.contact.events.nodes).toHaveLength(20);
    expect(data.contact.devices.nodes).toHaveLength(3);
    expect(data.contact.accountings.nodes).toHaveLength(20);
    expect(routes().sort()).toEqual(['accountings', 'contact', 'devices', 'events']);
    const base = `/v2/customers/${demo.contactId}`;
    expect(
      stack.emulator.control
        .calls()
        .map(({ path }) => path)
        .sort(),
    ).toEqual([base, `${base}/accountings`, `${base}/devices`, `${base}/events`]);
  });

  test('starts all four before any of them has answered', async () => {
    stack.emulator.control.latency(300);
    const answer = stack.query(whole, { cid: demo.contactId });
    await expect.poll(() => stack.emulator.control.loggedInFlight(), { timeout: 290 }).toBe(4);
    expect((await answer).errors).toEqual([]);
  });

  test.each(['events', 'devices', 'accountings'])('without %s, the other branches are whole', async (broken) => {
    stack.emulator.control.fault({ path: `/${broken}`, kind: 'status', status: 500 });
    const { data, errors, status } = await stack.query(whole, { cid: demo.contactId });
    expect(status).toBe(200);
    expect(errors).toMatchObject([
      { path: ['contact', broken], extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } },
    ]);
    expect(data.contact).toMatchObject({ firstName: 'Ada', [broken]: null });
    for (const other of ['events', 'devices', 'accountings'].filter((name) => name !== broken)) {
      expect(data.contact[other].nodes.length).toBeGreaterThan(0);
    }
    expect(routes()).toHaveLength(4);
  });

  test('without the profile there is no contact, and one error says why', async () => {
    stack.emulator.control.fault({ path: `/${demo.contactId}$`, kind: 'status', status: 503 });
    const { data, errors } = await stack.query(whole, { cid: demo.contactId });
    expect(data).toEqual({ contact: null });
    expect(errors).toMatchObject([{ path: ['contact'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('a contact that does not exist is null, and its branches make no noise', async () => {
    const { data, errors } = await stack.query(whole, { cid: 'f'.repeat(32) });
    expect({ data, errors }).toEqual({ data: { contact: null }, errors: [] });
  });

  test('a contact of another organization looks as one that does not exist', async () => {
    const [foreign] = stack.emulator.contacts(second.organizationId);
    const { data, errors } = await stack.query(whole, { cid: foreign?.cid });
    expect({ data, errors }).toEqual({ data: { contact: null }, errors: [] });
  });

  test('branches that are skipped, or in a fragment that is not used, cost nothing', async () => {
    const query = `query ($cid: ID!, $no: Boolean!) {
      contact(by: {cid: $cid}) { cid devices @include(if: $no) { totalCount } ...Events @skip(if: true) ... @include(if: $no) { accountings { totalCount } } }
    }
    fragment Events on Contact { events { totalCount } }`;
    await stack.query(query, { cid: demo.contactId, no: false });
    expect(routes()).toEqual(['contact']);
  });
});

describe('the same contact asked for often', () => {
  test('through twenty aliases costs one call per resource', async () => {
    const aliases = Array.from(
      { length: 20 },
      (_, n) =>
        `a${n}: contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } events { totalCount } }`,
    );
    const { data, errors } = await stack.query(`{ ${aliases.join('\n')} }`);
    expect(errors).toEqual([]);
    expect(Object.values(data)).toHaveLength(20);
    expect(routes().sort()).toEqual(['contact', 'devices', 'events']);
  });

  test('by two requests is asked twice: loaders live for one request', async () => {
    await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`);
    await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`);
    expect(routes()).toEqual(['contact', 'contact']);
  });
});

describe('a lookup by anything but the id', () => {
  test.each([
    ['email', 'ada.rossi@example.com'],
    ['phone', '+390501234567'],
    ['username', 'YYYYYZZZXXX1'],
    ['extId', 'CRM-ADA-1815'],
  ])('by %s goes through the search of the list, once', async (key, value) => {
    const { data, errors } = await stack.query(
      'query ($by: ContactBy!) { contact(by: $by) { cid firstName } contactExists(by: $by) }',
      { by: { [key]: value } },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ contact: { cid: demo.contactId, firstName: 'Ada' }, contactExists: true });
    const [call] = stack.emulator.control.calls();
    expect(new URL(call?.path ?? '', 'http://emulator').searchParams.get(key)).toBe(value);
    expect(routes()).toEqual(['contacts', 'contacts']);
  });

  test('without a match is null', async () => {
    const { data, errors } = await stack.query(
      '{ contact(by: {email: "nobody@example.com"}) { cid } contactExists(by: {email: "nobody@example.com"}) }',
    );
    expect({ data, errors }).toEqual({ data: { contact: null, contactExists: false }, errors: [] });
  });

  test.each(['email', 'phone', 'username', 'extId', 'extProp1', 'extProp2'] as const)(
    'with several matches by %s is a CONFLICT that says what to use',
    async (key) => {
      const { data, errors } = await stack.query(
        'query ($by: ContactBy!) { contact(by: $by) { cid } contactExists(by: $by) }',
        { by: { [key]: shared[key] } },
      );
      expect(data).toEqual({ contact: null, contactExists: true });
      expect(errors).toMatchObject([{ path: ['contact'], extensions: { code: 'CONFLICT' } }]);
      expect(errors[0]?.message).toContain('contacts(filter:)');
    },
  );

  test('feeds the children from the row that was found: no call for the profile', async () => {
    await stack.query('{ contact(by: {username: "YYYYYZZZXXX1"}) { firstName devices { totalCount } } }');
    expect(routes()).toEqual(['contacts', 'devices']);
  });

  test('contactExists by id asks for the contact', async () => {
    const { data } = await stack.query(
      `{ yes: contactExists(by: {cid: "${demo.contactId}"}) no: contactExists(by: {cid: "nobody"}) }`,
    );
    expect(data).toEqual({ yes: true, no: false });
  });

  test.each([
    '{}',
    '{cid: "a", email: "a@example.com"}',
    '{email: null}',
    '{username: ""}',
    `{extId: "${'x'.repeat(257)}"}`,
    '{username: "\\ud800"}',
  ])('by %s is refused without a call', async (by) => {
    const { errors } = await stack.query(`{ contact(by: ${by}) { cid } }`);
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(routes()).toEqual([]);
  });
});

describe('fields of the contract', () => {
  test('are all there', async () => {
    const { data, errors } = await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) {
      id cid title firstName lastName gender birthDate birthDay age civilStatus companyName picture country zipCode language
      email emailVerified phone phoneVerified doubleOptIn username locked enabled profileId signupMethod system type
      externalSource externalIdentityId personalId organizationCid locationCid locationName createdAt modifiedAt
      lastLoginAt loginCount custom segmentCids segments { cid name } externalIds { extId extProp1 extProp2 }
      document { type number memberId passportNumber personalId } processingConsent { profiling personalData }
      metrics { totalVisits visitedLocations monthlyVisits averageVisitLength averageDaysBetweenVisits conversionRate
        lastVisitAt lastVisitBusinessDate lastVisitVenue topLocation topLocationVisits topFrequencyBuckets
        preferredWeekday preferredTimeBucket preferredHour }
    } }`);
    expect(errors).toEqual([]);
    expect(data.contact).toMatchObject({
      age: 35,
      civilStatus: 'LADY',
      doubleOptIn: 'CONFIRMED',
      signupMethod: 'MOBILEAPP',
      loginCount: 28,
      profileId: 'premium',
      custom: { favouriteColour: 'blu', loyaltyPoints: 1815 },
      externalIds: { extId: 'CRM-ADA-1815', extProp1: 'store-pisa', extProp2: 'loyalty-1815' },
      document: { type: 'passport', memberId: 'M-1815', passportNumber: null },
      processingConsent: { profiling: true, personalData: true },
      metrics: {
        totalVisits: 41,
        monthlyVisits: 2.6,
        lastVisitAt: '2026-06-28T08:01:40.000Z',
        preferredWeekday: 'Saturday',
      },
    });
    expect(data.contact.segments).toHaveLength(2);
    expect(routes()).toEqual(['contact']);
  });

  test.each([
    ['nulls', edge.nulls, { gender: null, custom: null, policies: null }],
    ['absent fields', edge.bare, { gender: null, custom: null, policies: null }],
    ['empty text', edge.emptyStrings, { gender: null, birthDate: null, policies: [] }],
    [
      'wrong types',
      edge.wrongTypes,
      { age: null, loginCount: null, metrics: null, custom: null, document: null, policies: null },
    ],
    ['impossible dates', edge.invalidDates, { birthDate: null, lastLoginAt: null, age: null }],
    [
      'unknown words',
      edge.unknownEnums,
      { gender: null, country: null, language: null, civilStatus: null, signupMethod: null },
    ],
  ])('answer null, not an error, for %s', async (_, cid, nulls) => {
    const { data, errors } = await stack.query(`{ contact(by: {cid: "${cid}"}) {
      cid age gender birthDate country language civilStatus signupMethod lastLoginAt loginCount custom
      policies { key } document { type } metrics { totalVisits }
    } }`);
    expect(errors).toEqual([]);
    expect(data.contact).toMatchObject({ cid, ...nulls });
  });

  test('what could not be decoded is counted in the log, by name', async () => {
    stack.logged.length = 0;
    await stack.query(`{ contact(by: {cid: "${edge.unknownEnums}"}) { cid } }`);
    expect(JSON.parse(stack.logged.at(-1) ?? '{}').undecodable).toMatchObject({
      'customer.gender': 1,
      'customer.signupMethod': 1,
    });
  });

  test('custom attributes named as prototype members are data, and harm nothing', async () => {
    const { data, text } = await stack.query(`{ contact(by: {cid: "${edge.hostileKeys}"}) { custom } }`);
    expect(Object.keys(data.contact.custom)).toContain('__proto__');
    expect(text).toContain('"__proto__":{"polluted":true}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
