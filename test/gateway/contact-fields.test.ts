import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
  // The login must not be among the calls that the tests count.
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`);
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);

describe('the fields of a contact', () => {
  test('a contact has every field of the contract, for one upstream call', async () => {
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
    ['empty strings', edge.emptyStrings, { gender: null, birthDate: null, policies: [] }],
    [
      'values of the wrong type',
      edge.wrongTypes,
      { age: null, loginCount: null, metrics: null, custom: null, document: null, policies: null },
    ],
    ['impossible dates', edge.invalidDates, { birthDate: null, lastLoginAt: null, age: null }],
    [
      'unknown enum values',
      edge.unknownEnums,
      { gender: null, country: null, language: null, civilStatus: null, signupMethod: null },
    ],
  ])('fields of a contact are null without an error for %s', async (_, cid, nulls) => {
    const { data, errors } = await stack.query(`{ contact(by: {cid: "${cid}"}) {
      cid age gender birthDate country language civilStatus signupMethod lastLoginAt loginCount custom
      policies { key } document { type } metrics { totalVisits }
    } }`);
    expect(errors).toEqual([]);
    expect(data.contact).toMatchObject({ cid, ...nulls });
  });

  test('values that could not be decoded are counted in the log by the name of the field and the kind of value', async () => {
    stack.logged.length = 0;
    await stack.query(`{ contact(by: {cid: "${edge.unknownEnums}"}) { gender signupMethod } }`);
    expect(JSON.parse(stack.logged.at(-1) ?? '{}').undecodable).toMatchObject({
      'customer.gender': { string: 1 },
      'customer.signupMethod': { string: 1 },
    });
  });

  test('values of a page that could not be decoded are counted in the log, in one entry for each field', async () => {
    stack.logged.length = 0;
    await stack.query('{ contacts(first: 30, orderBy: null) { nodes { birthDate gender } } }');
    expect(JSON.parse(stack.logged.at(-1) ?? '{}').undecodable).toMatchObject({
      'customers.birthDate': { string: 1, number: 1 },
      'customers.gender': { string: 1 },
    });
  });

  test('custom attributes named as prototype members are answered as data and do not change the prototype of all objects', async () => {
    const { data, text } = await stack.query(`{ contact(by: {cid: "${edge.hostileKeys}"}) { custom } }`);
    expect(Object.keys(data.contact.custom)).toContain('__proto__');
    expect(text).toContain('"__proto__":{"polluted":true}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
