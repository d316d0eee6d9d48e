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
async function setContactPolicies(policies: object, id = ada) {
  const { data, errors } = await stack.query(setPolicies, { input: { id, policies } });
  expect(errors).toEqual([]);
  return data.setContactPolicies;
}

describe('setContactPolicies', () => {
  test('setContactPolicies sets several policies, custom ones by name, and does not change the others', async () => {
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
    const { contact, userErrors } = await setContactPolicies({ privacy: true, mktgCommunications: false, custom });
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
    ['no policies', {}, 'REQUIRED', ['policies']],
    ['null', { privacy: null, custom: null }, 'REQUIRED', ['policies']],
    ['an empty list', { custom: [] }, 'REQUIRED', ['policies']],
    ['withdrawn privacy consent', { privacy: false }, 'NOT_ALLOWED', ['policies', 'privacy']],
    [
      'a withdrawn acceptance of the terms',
      { termsOfUse: false, privacy: true },
      'NOT_ALLOWED',
      ['policies', 'termsOfUse'],
    ],
    [
      'a custom name with the prefix customs',
      { custom: [{ name: 'customs.a', accepted: true }] },
      'FORMAT',
      ['policies', 'custom', '0', 'name'],
    ],
  ])('setContactPolicies refuses %s without an upstream call', async (_, policies, code, path) => {
    const before = stack.emulator.contacts();
    expect(await setContactPolicies(policies)).toEqual({
      contact: null,
      userErrors: [{ code, message: expect.any(String), field: ['input', ...path] }],
    });
    expect(routesOf(stack)).toEqual([]);
    expect(stack.emulator.contacts()).toBe(before);
  });

  test('setContactPolicies answers all invalid fields in one response', async () => {
    const custom = [{ name: ' ', accepted: true }];
    const { userErrors } = await setContactPolicies({ privacy: false, termsOfUse: false, custom }, 'canary');
    expect(userErrors.map(({ field }: { field: string[] }) => field.at(-1)).sort()).toEqual([
      ...['id', 'name', 'privacy', 'termsOfUse'],
    ]);
  });

  test('setContactPolicies answers NOT_FOUND for a contact that does not exist', async () => {
    const { userErrors } = await setContactPolicies({ mktgCommunications: true }, idOf('absent'));
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  });
});
