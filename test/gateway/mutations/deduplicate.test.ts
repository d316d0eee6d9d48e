import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { minimal, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const createContact = `mutation ($input: CreateContactInput!) {
  createContact(input: $input) {
    outcome username password contact { cid firstName signupMethod username } ${userErrors}
  }
}`;
const create = async (input: object) => (await stack.query(createContact, { input })).data.createContact;

describe('createContact with deduplicate', () => {
  const existing = {
    phone: '+14155550009',
    email: 'known@example.com',
    extId: 'K-0',
    extProp1: 'K-1',
    extProp2: 'K-2',
  };
  let cid: string;
  beforeAll(async () => {
    const { contact } = await create({ ...minimal, ...existing, username: 'known', device: { guid: 'K-G' } });
    cid = contact.cid;
  });

  test.each([
    ['PHONE_NUMBER', { phone: existing.phone }],
    ['EMAIL', { email: existing.email }],
    ['EXT_ID', { extId: existing.extId }],
    ['EXT_PROP_1', { extProp1: existing.extProp1 }],
    ['EXT_PROP_2', { extProp2: existing.extProp2 }],
    ['GUID', { device: { guid: 'K-G' } }],
  ])(
    'createContact with deduplicate by %s updates the matching contact, which keeps its source, username and password',
    async (key, value) => {
      const size = stack.emulator.contacts().length;
      const matched = await create({
        ...{ ...minimal, ...value, source: 'KIOSK', username: 'other', password: 'other', firstName: key },
        deduplicate: [key],
      });
      expect(matched).toMatchObject({ outcome: 'MATCHED', username: 'known', password: null, userErrors: [] });
      expect(matched.contact).toMatchObject({ cid, firstName: key, signupMethod: 'API', username: 'known' });
      expect(stack.emulator.contacts()).toHaveLength(size);
      expect(routesOf(stack)).toEqual(['organizationPolicies', 'createContact', 'contact']);
    },
  );

  test.each([
    ['PHONE_NUMBER', { phone: '+14155550010' }],
    ['EMAIL', { email: 'unknown@example.com' }],
    ['EXT_ID', { extId: 'U-0' }],
    ['EXT_PROP_1', { extProp1: 'U-1' }],
    ['EXT_PROP_2', { extProp2: 'U-2' }],
    ['GUID', { device: { guid: 'U-G' } }],
  ])('createContact with deduplicate by %s creates a contact when no contact has the value', async (key, value) => {
    const size = stack.emulator.contacts().length;
    const created = await create({ ...minimal, ...value, deduplicate: [key, key] });
    expect(created).toMatchObject({ outcome: 'CREATED', password: expect.any(String), userErrors: [] });
    expect(stack.emulator.contacts()).toHaveLength(size + 1);
  });

  test('createContact sends each key of deduplicate once, in the spelling of the contract', async () => {
    await create({
      ...minimal,
      ...existing,
      device: { guid: 'K-G' },
      deduplicate: ['GUID', 'EXT_PROP_1', 'PHONE_NUMBER', 'GUID'],
    });
    const [, call] = stack.emulator.control.calls(); // after that of the policies
    expect(call?.path).toBe('/v3/customers?deduplicate=guid%2CextProp1%2CphoneNumber');
  });
});
