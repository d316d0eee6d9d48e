import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { startRawUpstream } from '../../support/raw-upstream.ts';
import { idOf, minimal, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const everything = {
  ...{ firstName: 'Ann', lastName: 'Lee', phone: '+14155550001', phoneVerified: true, email: 'ann.lee@example.com' },
  ...{ emailVerified: false, gender: 'FEMALE', birthDate: '1990-02-28', language: 'en', country: 'GB', zipCode: 'N1' },
  ...{ companyName: 'C Ltd', civilStatus: 'MISS', doubleOptIn: 'CONFIRM_WAITING', custom: { a: [1, { b: null }] } },
  ...{ picture: `https://example.com/${'p'.repeat(2028)}`, locked: false, profileId: 'plan' },
};

const read = `${Object.keys(everything).join(' ')} id cid username signupMethod locationCid
  document { type number memberId passportNumber personalId } externalIds { extId extProp1 extProp2 }
  processingConsent { profiling personalData } policies { key accepted }`;

const createContact = `mutation ($input: CreateContactInput!) {
  createContact(input: $input) { outcome username password locked contact { ${read} } ${userErrors} }
}`;
const create = async (input: object) => (await stack.query(createContact, { input })).data.createContact;

describe('createContact', () => {
  test('createContact stores every field of its input, and the contact returns it', async () => {
    const document = { type: 'passport', number: 'n', memberId: 'm', passportNumber: 'p', personalId: 'i' };
    const externalIds = { extId: 'E-0', extProp1: 'E-1', extProp2: 'E-2' };
    const processingConsent = { profiling: true, personalData: false };
    const custom = [
      { name: 'emailMarketing', accepted: true },
      { name: '__proto__', accepted: false },
    ];
    const { contact, ...created } = await create({
      ...{ ...everything, ...externalIds, document, processingConsent },
      ...{ source: 'QR_CODE', locationId: demo.locationId, hotspotId: 'h-1', username: 'ann', password: 'chosen' },
      policies: {
        ...{ privacy: true, termsOfUse: true, minimumAgeVerification: true, mktgCommunications: false },
        custom,
      },
    });
    expect(created).toEqual({ outcome: 'CREATED', username: 'ann', password: 'chosen', locked: false, userErrors: [] });
    expect(contact).toEqual({
      ...{ ...everything, document, externalIds, processingConsent },
      ...{ id: idOf(contact.cid), cid: contact.cid, username: 'ann' },
      ...{ signupMethod: 'QR_CODE', locationCid: demo.locationId },
      policies: [
        { key: 'privacy', accepted: true },
        { key: 'termsOfUse', accepted: true },
        { key: 'minimumAgeVerification', accepted: true },
        { key: 'mktgCommunications', accepted: false },
        { key: 'customs.emailMarketing', accepted: true },
        { key: 'customs.__proto__', accepted: false },
      ],
    });
    expect(routesOf(stack)).toEqual(['organizationPolicies', 'createContact', 'contact']);
  });

  test('createContact generates a username and a password and locks the contact when these fields are absent or null', async () => {
    const nothing = { username: null, password: null, locked: null, device: null, custom: null, firstName: null };
    for (const input of [minimal, { ...minimal, ...nothing, gender: null, document: null, deduplicate: null }]) {
      expect(await create(input)).toMatchObject({
        ...{ outcome: 'CREATED', locked: true, userErrors: [] },
        ...{ username: expect.stringMatching(/^[A-Z]{11}$/), password: expect.stringMatching(/^[A-Z]{10}$/) },
        contact: { firstName: null, gender: null, locked: true, custom: {} },
      });
    }
  });

  test('createContact accepts countries and languages in any letter case and stores them in one', async () => {
    const { contact } = await create({ ...minimal, country: 'it', language: 'IT' });
    expect(contact).toMatchObject({ country: 'IT', language: 'it' });
    expect(stack.emulator.find(contact.cid)).toMatchObject({ country: 'IT', language: 'it' });
  });

  test('createContact reads the contact only when the selection has it', async () => {
    await stack.query('mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome } }', {
      input: minimal,
    });
    expect(routesOf(stack)).toEqual(['organizationPolicies', 'createContact']);
  });

  test('createContact answers a username that is in use with the user error CONFLICT', async () => {
    const { emulator } = stack;
    const before = emulator.contacts();
    const answer = await stack.query(createContact, { input: { ...minimal, username: 'YYYYYZZZXXX1' } });
    expect(answer.errors).toEqual([]);
    expect(answer.data.createContact).toEqual({
      ...{ outcome: null, username: null, password: null, locked: null, contact: null },
      userErrors: [{ code: 'CONFLICT', message: expect.any(String), field: ['input'] }],
    });
    expect(emulator.contacts()).toBe(before);
  });

  test('createContact answers a 404 of the upstream with the user error NOT_FOUND', async () => {
    stack.emulator.control.fault({ path: '/v3/customers', kind: 'status', status: 404 });
    const { userErrors } = await create(minimal);
    expect(userErrors).toEqual([{ code: 'NOT_FOUND', message: expect.any(String), field: ['input'] }]);
  });

  test('createContact answers the outcome and the password although the contact cannot be read', async () => {
    stack.emulator.control.fault({ path: '/v2/customers/', method: 'GET', kind: 'status', status: 500, times: 9 });
    const { data, errors } = await stack.query(createContact, { input: minimal });
    expect(data.createContact).toMatchObject({ outcome: 'CREATED', password: expect.any(String), contact: null });
    expect(errors).toMatchObject([
      { path: ['createContact', 'contact'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
  });

  test('createContact stores custom attributes named as prototype members as data, in variables and in literals', async () => {
    const literal = `mutation { createContact(input: {
      source: API, policies: {privacy: true, termsOfUse: true},
      custom: {__proto__: {polluted: true}, constructor: "c", list: [1.5, FOO, null]}
    }) { contact { cid custom } ${userErrors} } }`;
    const body = `{"query":${JSON.stringify(createContact)},"variables":{"input":{"source":"API",
      "policies":{"privacy":true,"termsOfUse":true},"custom":{"__proto__":{"polluted":true},"constructor":"c"}}}}`;
    const headers = { 'content-type': 'application/json' };
    const response = await stack.gateway.fetch('http://gateway/graphql', { method: 'POST', headers, body });
    const texts = [(await stack.query(literal)).text, await response.text()];
    expect(texts[0]).toContain('"custom":{"__proto__":{"polluted":true},"constructor":"c","list":[1.5,"FOO",null]}');
    expect(texts[1]).toContain('"custom":{"__proto__":{"polluted":true},"constructor":"c"}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const [{ cid }] = [JSON.parse(texts[0] ?? '').data.createContact.contact];
    expect(JSON.stringify(stack.emulator.find(cid)?.custom)).toContain('"__proto__":{"polluted":true}');
  });

  test('createContact sends the device and the flags under the names of the contract and no absent field', async () => {
    const upstream = await startRawUpstream((request, response) => {
      const body = request.url?.includes('/login/') ? { token: 'a.b.c' } : { id: 'c1', password: 'p' };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'OK', ...body }));
    });
    const { query, close } = await startWriting({ client: { url: upstream.url } });
    const texts = {
      guid: 'g',
      source: 's',
      bundle: 'b',
      vendorId: 'v',
      advId: 'a',
      installId: 'i',
      os: 'o',
      device: 'd',
    };
    const times = { created: '2024-01-01T01:00:00+01:00', modified: '2024-01-02T00:00:00.5Z', lastSeen: null };
    const { errors } = await query(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome } }',
      {
        input: { ...minimal, locked: false, processingConsent: { personalData: true }, device: { ...texts, ...times } },
      },
    );
    await close();
    await upstream.close();
    expect(errors).toEqual([]);
    expect(JSON.parse(upstream.bodies.at(-1) ?? '')).toEqual({
      ...{ organizationId: demo.organizationId, source: 'api', policies: { privacy: true, termsOfUse: true } },
      ...{ lock: false, processingData: { processingPersonalData: true } },
      device: { ...texts, created: '2024-01-01T00:00:00Z', modified: '2024-01-02T00:00:00.500Z' },
    });
  });
});
