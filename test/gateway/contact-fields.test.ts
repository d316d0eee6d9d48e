import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`); // the login is not what these tests count
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);

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

  test('what could not be decoded is counted in the log, by the name of the field and the kind of value', async () => {
    stack.logged.length = 0;
    await stack.query(`{ contact(by: {cid: "${edge.unknownEnums}"}) { gender signupMethod } }`);
    expect(JSON.parse(stack.logged.at(-1) ?? '{}').undecodable).toMatchObject({
      'customer.gender': { string: 1 },
      'customer.signupMethod': { string: 1 },
    });
  });

  test('on a page, what could not be decoded is counted, not repeated', async () => {
    stack.logged.length = 0;
    await stack.query('{ contacts(first: 30, orderBy: null) { nodes { birthDate gender } } }');
    expect(JSON.parse(stack.logged.at(-1) ?? '{}').undecodable).toMatchObject({
      'customers.birthDate': { string: 1, number: 1 },
      'customers.gender': { string: 1 },
    });
  });

  test('custom attributes named as prototype members are data, and harm nothing', async () => {
    const { data, text } = await stack.query(`{ contact(by: {cid: "${edge.hostileKeys}"}) { custom } }`);
    expect(Object.keys(data.contact.custom)).toContain('__proto__');
    expect(text).toContain('"__proto__":{"polluted":true}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
