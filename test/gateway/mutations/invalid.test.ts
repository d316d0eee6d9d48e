import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { at, canary, invalidCreateFields, invalidFields, merge } from '../../support/invalid-values.ts';
import { ada, minimal, startWriting, type UserError, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const createContact = `mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome ${userErrors} } }`;
const updateContact = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { ${userErrors} } }`;

/** The user errors of a mutation, which must make no upstream call and quote no input. */
async function userErrorsOf(query: string, input: object): Promise<UserError[]> {
  const before = stack.emulator.contacts();
  const { data, errors, text } = await stack.query(query, { input });
  expect(errors).toEqual([]);
  expect(stack.emulator.control.calls()).toEqual([]);
  expect(stack.emulator.contacts()).toBe(before);
  expect(text).not.toContain(canary);
  const [payload] = Object.values<{ userErrors: UserError[] }>(data);
  return payload?.userErrors ?? [];
}

/** A scalar and an id have a format, and a text has a length as well. */
function codeOf(path: string, value: unknown): string {
  const isFormat =
    /^(?:phone|email|birthDate|language|country|custom|locationId|hotspotId)$|^device\.(?:created|modified|lastSeen)$/;
  if (isFormat.test(path) || typeof value !== 'string' || /\0/.test(value)) return 'FORMAT';
  return value === '' ? 'TOO_SHORT' : 'TOO_LONG';
}

const whole = (input: object) => ({ ...minimal, ...input });
const withPolicies = (input: object) =>
  'policies' in input
    ? { source: 'API', policies: { ...minimal.policies, ...(input.policies as object) } }
    : whole(input);

describe('one invalid field of a mutation is a user error with its path, without an upstream call', () => {
  test.each(Object.entries(invalidCreateFields))(
    'createContact refuses invalid values of the field %s',
    async (path, values) => {
      for (const value of values) {
        const problems = await userErrorsOf(createContact, withPolicies(at(path, value)));
        const code = path.startsWith('policies') ? (value === null ? 'REQUIRED' : 'NOT_ALLOWED') : codeOf(path, value);
        expect(problems, JSON.stringify(value)).toEqual([
          { code, message: expect.stringMatching(/\.$/), field: ['input', ...path.split('.')] },
        ]);
      }
    },
  );

  test.each(Object.entries(invalidFields))(
    'updateContact refuses invalid values of the field %s',
    async (path, values) => {
      for (const value of values) {
        const problems = await userErrorsOf(updateContact, { id: ada, ...at(path, value) });
        expect(problems, JSON.stringify(value)).toEqual([
          { code: codeOf(path, value), message: expect.stringMatching(/\.$/), field: ['input', path] },
        ]);
      }
    },
  );

  test.each(['email', 'phone', 'birthDate', 'language', 'country', 'phoneVerified', 'emailVerified', 'custom'])(
    'updateContact refuses null for %s, which cannot be cleared',
    async (name) => {
      expect(await userErrorsOf(updateContact, { id: ada, [name]: null, firstName: 'A' })).toEqual([
        { code: 'NOT_ALLOWED', message: 'This cannot be removed, only replaced.', field: ['input', name] },
      ]);
    },
  );

  test('updateContact refuses an input without a field to change', async () => {
    expect(await userErrorsOf(updateContact, { id: ada })).toMatchObject([{ code: 'REQUIRED', field: ['input'] }]);
  });

  test.each([
    ['PHONE_NUMBER', ['phone']],
    ['EMAIL', ['email']],
    ['EXT_ID', ['extId']],
    ['EXT_PROP_1', ['extProp1']],
    ['EXT_PROP_2', ['extProp2']],
    ['GUID', ['device', 'guid']],
  ])('createContact refuses deduplicate by %s without a value to compare', async (key, path) => {
    for (const input of [{}, at(path.join('.'), null)]) {
      expect(await userErrorsOf(createContact, { ...minimal, ...input, deduplicate: [key] })).toMatchObject([
        { code: 'REQUIRED', field: ['input', ...path] },
      ]);
    }
  });

  test.each([
    ['', 0],
    ['a b', 0],
    [`customs.${canary}`, 0],
    [`${canary}${'x'.repeat(60)}`, 0],
    ['twice', 1],
  ])('createContact refuses a custom policy with the invalid or repeated name "%s"', async (name, index) => {
    const custom = [name, 'twice', 'other'].slice(0, index + 2).map((name) => ({ name, accepted: true }));
    const problems = await userErrorsOf(createContact, { source: 'API', policies: { ...minimal.policies, custom } });
    expect(problems).toMatchObject([
      { code: index === 0 ? 'FORMAT' : 'DUPLICATE', field: ['input', 'policies', 'custom', String(index), 'name'] },
    ]);
  });

  test('createContact refuses more than 100 custom policies', async () => {
    const custom = Array.from({ length: 101 }, (_, n) => ({ name: `p${n}`, accepted: true }));
    const problems = await userErrorsOf(createContact, { source: 'API', policies: { ...minimal.policies, custom } });
    expect(problems).toMatchObject([{ code: 'TOO_MANY', field: ['input', 'policies', 'custom'] }]);
  });
});

describe('all invalid fields of a mutation are user errors of one response', () => {
  test('createContact answers all its invalid fields in one response', async () => {
    const input = Object.entries(invalidCreateFields).reduce((all, [path, [value]]) => merge(all, at(path, value)), {
      source: 'API',
      deduplicate: ['PHONE_NUMBER'],
    } as Record<string, unknown>);
    const problems = await userErrorsOf(createContact, input);
    expect(problems.map(({ field }) => field.slice(1).join('.')).sort()).toEqual(
      Object.keys(invalidCreateFields).sort(),
    );
  });

  test('updateContact answers all its invalid fields in one response', async () => {
    const input = Object.fromEntries(Object.entries(invalidFields).map(([name, [value]]) => [name, value]));
    const problems = await userErrorsOf(updateContact, { id: canary, ...input, phoneVerified: null });
    expect(problems.map(({ field }) => field[1]).sort()).toEqual(
      [...Object.keys(invalidFields), 'id', 'phoneVerified'].sort(),
    );
  });

  test('updateContact answers all invalid fields of a literal input in one response', async () => {
    const { data } = await stack.query(`mutation { updateContact(input: {
      id: "${canary}", email: "${canary}", phone: 5, birthDate: "1990-02-30", language: {a: 1}, country: XX, custom: [1]
    }) { ${userErrors} } }`);
    expect(data.updateContact.userErrors.map(({ field }: UserError) => field[1])).toEqual(
      expect.arrayContaining(['id', 'email', 'phone', 'birthDate', 'language', 'country', 'custom']),
    );
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});

describe('an input that does not match the schema is refused as a whole', () => {
  test.each(['username', 'password', 'locked', 'picture', 'deduplicate'])(
    'updateContact refuses the field %s, which only createContact has',
    async (name) => {
      const { data, errors } = await stack.query(updateContact, { input: { id: ada, firstName: 'A', [name]: canary } });
      expect(data).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test.each([
    { source: 'API' },
    { ...minimal, source: 'api' },
    { ...minimal, gender: 'male' },
    { ...minimal, deduplicate: ['phoneNumber'] },
    { ...minimal, locked: 'yes' },
  ])('createContact refuses the input %j, which does not match the schema', async (input) => {
    const { data, errors } = await stack.query(createContact, { input });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});

describe('an id that is no global id of a contact', () => {
  const organization = Buffer.from('Organization:canary').toString('base64');
  test.each([
    ['updateContact', 'UpdateContactInput', { firstName: 'A' }],
    ['deleteContact', 'DeleteContactInput', {}],
    ['setContactPolicies', 'SetContactPoliciesInput', { policies: { mktgCommunications: true } }],
    ['issueContactToken', 'IssueContactTokenInput', { expiresIn: 60, hits: 1 }],
  ])('%s answers an id that is no global id of a contact with a user error', async (mutation, type, rest) => {
    const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${userErrors} } }`;
    for (const id of [
      '',
      canary,
      organization,
      Buffer.from('Contact:../canary').toString('base64'),
      'x'.repeat(5_000),
    ]) {
      expect(await userErrorsOf(query, { id, ...rest })).toMatchObject([{ code: 'FORMAT', field: ['input', 'id'] }]);
    }
  });
});
