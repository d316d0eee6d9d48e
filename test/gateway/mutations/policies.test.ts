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

const setPolicies = `mutation ($input: SetContactPoliciesInput!) {
  setContactPolicies(input: $input) { contact { policies { key accepted } } ${userErrors} }
}`;
async function set(policies: object, id = ada) {
  const { data, errors } = await stack.query(setPolicies, { input: { id, policies } });
  expect(errors).toEqual([]);
  return data.setContactPolicies;
}

describe('setContactPolicies', () => {
  test('sets many at once, custom ones by name, and leaves the others as they are', async () => {
    stack.emulator.update(demo.contactId, {
      policies: ['privacy', 'termsOfUse', 'minimumAgeVerification', 'mktgCommunications', 'customs.kept'].map(
        (name) => ({
          ...{ name, accepted: true },
        }),
      ),
    });
    const custom = [
      { name: 'new.one', accepted: true },
      { name: 'another', accepted: false },
    ];
    const { contact, userErrors } = await set({ privacy: true, mktgCommunications: false, custom });
    expect(userErrors).toEqual([]);
    expect(contact.policies).toEqual([
      { key: 'privacy', accepted: true },
      { key: 'termsOfUse', accepted: true },
      { key: 'minimumAgeVerification', accepted: true },
      { key: 'mktgCommunications', accepted: false },
      { key: 'customs.kept', accepted: true },
      { key: 'customs.new.one', accepted: true },
      { key: 'customs.another', accepted: false },
    ]);
    expect(routesOf(stack)).toEqual(['setPolicies', 'contact']);
  });

  test.each([
    ['nothing', {}, 'REQUIRED', ['policies']],
    ['null', { privacy: null, custom: null }, 'REQUIRED', ['policies']],
    ['an empty list', { custom: [] }, 'REQUIRED', ['policies']],
    ['privacy taken back', { privacy: false }, 'INVALID', ['policies', 'privacy']],
    ['the terms taken back', { termsOfUse: false, privacy: true }, 'INVALID', ['policies', 'termsOfUse']],
    ['a prefix', { custom: [{ name: 'customs.a', accepted: true }] }, 'INVALID', ['policies', 'custom', '0', 'name']],
  ])('refuses %s, with nothing sent', async (_, policies, code, path) => {
    const before = stack.emulator.contacts();
    expect(await set(policies)).toEqual({
      contact: null,
      userErrors: [{ code, message: expect.any(String), field: ['input', ...path] }],
    });
    expect(routesOf(stack)).toEqual([]);
    expect(stack.emulator.contacts()).toBe(before);
  });

  test('tells everything wrong at once', async () => {
    const custom = [{ name: ' ', accepted: true }];
    const { userErrors } = await set({ privacy: false, termsOfUse: false, custom }, 'canary');
    expect(userErrors.map(({ field }: { field: string[] }) => field.at(-1)).sort()).toEqual([
      ...['id', 'name', 'privacy', 'termsOfUse'],
    ]);
  });

  test('tells of a contact that does not exist as not found', async () => {
    const { userErrors } = await set({ mktgCommunications: true }, idOf('nobody'));
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  });
});
