import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { ada, idOf, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const flat = `firstName lastName phone phoneVerified email emailVerified gender birthDate language country zipCode
  companyName civilStatus doubleOptIn custom`;
const updateContact = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) {
  contact { ${flat} externalIds { extId extProp1 extProp2 } } ${userErrors}
} }`;

/** The contact of the payload, with its external ids beside the other fields. */
async function update(input: object) {
  const { data, errors } = await stack.query(updateContact, { input: { id: ada, ...input } });
  expect(errors).toEqual([]);
  expect(data.updateContact.userErrors).toEqual([]);
  const { externalIds, ...contact } = data.updateContact.contact;
  return { ...contact, ...externalIds };
}

/** The contact in the emulator, without the time of its last change. */
const profile = (): Record<string, unknown> => {
  const { modified: _, ...rest } = { modified: '', ...stack.emulator.find(demo.contactId) };
  return structuredClone(rest);
};

/** A value for each field, whether null clears the field, and the name of the field in the emulator. */
const fields: [name: string, value: unknown, clears: boolean, stored?: string][] = [
  ['firstName', 'Augusta', true],
  ['lastName', 'Byron', true],
  ['phone', '+390501111111', false],
  ['phoneVerified', false, false],
  ['email', 'augusta@example.com', false],
  ['emailVerified', false, false],
  ['gender', 'OTHER', true],
  ['birthDate', '1991-11-09', false, 'birthDate'],
  ['language', 'en', false],
  ['country', 'GB', false],
  ['zipCode', 'W1', true],
  ['companyName', 'Engines', true],
  ['civilStatus', 'MISS', true],
  ['doubleOptIn', 'CONFIRM_WAITING', true, 'doubleOptin'],
  ['custom', { only: ['this'] }, false],
  ['extId', 'X-0', true, 'extId'],
  ['extProp1', 'X-1', true, 'extId'],
  ['extProp2', 'X-2', true, 'extId'],
];

describe('updateContact', () => {
  test.each(fields)(
    'updateContact changes %s, reads its own write, and changes no other field',
    async (name, value, _, stored = name) => {
      const before = profile();
      const contact = await update({ [name]: value });
      expect(contact[name]).toEqual(value);
      expect(routesOf(stack)).toEqual(['updateContact', 'contact']);
      const after = profile();
      const changed = Object.keys(after).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]));
      const derived = stored === 'birthDate' ? ['birthDay', 'age'] : [];
      expect(changed.filter((key) => !derived.includes(key))).toEqual([stored]);
    },
  );

  test('updateContact changes each of the three external ids separately', async () => {
    await update({ extId: 'A', extProp1: 'B', extProp2: 'C' });
    expect(await update({ extProp1: 'D' })).toMatchObject({ extId: 'A', extProp1: 'D', extProp2: 'C' });
  });

  test.each(fields.filter(([, , clears]) => clears))('updateContact clears %s by null', async (name, value) => {
    await update({ [name]: value, companyName: 'stays', ...(name === 'companyName' ? { [name]: value } : {}) });
    const contact = await update({ [name]: null });
    expect(contact[name]).toBeNull();
    if (name !== 'companyName') expect(contact.companyName).toBe('stays');
  });

  test('updateContact changes and clears several fields in one upstream call', async () => {
    expect(await update({ firstName: null, gender: null, extId: null, zipCode: '1', extProp2: 'p' })).toMatchObject({
      ...{ firstName: null, gender: null, extId: null, zipCode: '1', extProp2: 'p' },
    });
    expect(routesOf(stack)).toEqual(['updateContact', 'contact']);
  });

  test('updateContact does not change the field of an absent variable', async () => {
    const query = `mutation ($first: String, $last: String) {
      updateContact(input: {id: "${ada}", firstName: $first, lastName: $last}) { contact { firstName lastName } ${userErrors} }
    }`;
    await update({ lastName: 'Stays' });
    const { data } = await stack.query(query, { first: 'Given' });
    expect(data.updateContact.contact).toEqual({ firstName: 'Given', lastName: 'Stays' });
  });

  test('updateContact replaces custom attributes, also with those named as prototype members', async () => {
    const query = `mutation { updateContact(input: {id: "${ada}", custom: {__proto__: {a: 1}, toString: null}}) { contact { custom } } }`;
    const { text } = await stack.query(query);
    expect(text).toBe('{"data":{"updateContact":{"contact":{"custom":{"__proto__":{"a":1},"toString":null}}}}}');
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test('updateContact reads the branches of the contact at the same time as the contact', async () => {
    stack.emulator.control.latency(300);
    const { errors } = await stack.query(`mutation { updateContact(input: {id: "${ada}", zipCode: "2"}) {
      contact { zipCode devices { totalCount } ...Events }
    } } fragment Events on Contact { events { totalCount } }`);
    expect(errors).toEqual([]);
    expect(routesOf(stack)[0]).toBe('updateContact');
    const [, ...reads] = stack.emulator.control.calls();
    expect(reads.map(({ route }) => route).sort()).toEqual(['contact', 'devices', 'events']);
    expect(stack.emulator.control.peakInFlight()).toBe(3);
  });

  test.each([
    ['that does not exist', 'absent'],
    ['of another organization', undefined],
  ])('updateContact answers NOT_FOUND at the id for a contact %s', async (_, cid = other()) => {
    const { data, errors } = await stack.query(updateContact, { input: { id: idOf(cid), firstName: 'A' } });
    expect(errors).toEqual([]);
    expect(data.updateContact).toEqual({
      contact: null,
      userErrors: [{ code: 'NOT_FOUND', message: expect.any(String), field: ['input', 'id'] }],
    });
  });

  test.each([[{ kind: 'status', status: 409 }], [{ kind: 'ko', code: 'INVALID_PARAMETERS' }]] as const)(
    'updateContact answers the refusal %j of the upstream with the user error CONFLICT',
    async (fault) => {
      stack.emulator.control.fault({ method: 'PUT', ...fault });
      const { data, errors } = await stack.query(updateContact, { input: { id: ada, firstName: 'A' } });
      expect(errors).toEqual([]);
      expect(data.updateContact.userErrors).toEqual([
        { code: 'CONFLICT', message: expect.any(String), field: ['input'] },
      ]);
    },
  );

  test('an invalid argument below the contact of updateContact is the error of its own field, after the write', async () => {
    const query = `mutation { updateContact(input: {id: "${ada}", zipCode: "3"}) {
      contact { events(since: "canary") { totalCount } } ${userErrors}
    } }`;
    const { data, errors, text } = await stack.query(query);
    expect(data.updateContact).toEqual({ contact: { events: null }, userErrors: [] });
    expect(errors).toMatchObject([
      { path: ['updateContact', 'contact', 'events'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(text).not.toContain('canary');
    expect(routesOf(stack)).toEqual(['updateContact', 'contact']);
  });
});

function other(): string {
  const [stranger] = stack.emulator.contacts('5ec0d0000216452e09b2b32e750cb5eb');
  return stranger?.cid ?? '';
}
