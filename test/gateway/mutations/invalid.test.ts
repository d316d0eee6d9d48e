import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { canary, creation, fields } from '../../support/invalid-values.ts';
import { ada, minimal, startWriting, type Told, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const createContact = `mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome ${userErrors} } }`;
const updateContact = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { ${userErrors} } }`;

/** What the user is told, when nothing reached the upstream and nothing was quoted. */
async function told(query: string, input: object): Promise<Told[]> {
  const before = stack.emulator.contacts();
  const { data, errors, text } = await stack.query(query, { input });
  expect(errors).toEqual([]);
  expect(stack.emulator.control.calls()).toEqual([]);
  expect(stack.emulator.contacts()).toBe(before);
  expect(text).not.toContain(canary);
  const [payload] = Object.values<{ userErrors: Told[] }>(data);
  return payload?.userErrors ?? [];
}

/** `{device: {os: value}}` of `device.os`. */
function at(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

const whole = (input: object) => ({ ...minimal, ...input });
const withPolicies = (input: object) =>
  'policies' in input
    ? { source: 'API', policies: { ...minimal.policies, ...(input.policies as object) } }
    : whole(input);

describe('one thing wrong is told with its path, and nothing is sent', () => {
  test.each(Object.entries(creation))('createContact: %s', async (path, values) => {
    for (const value of values) {
      const problems = await told(createContact, withPolicies(at(path, value)));
      const code = value === null ? 'REQUIRED' : 'INVALID';
      expect(problems, JSON.stringify(value)).toEqual([
        { code, message: expect.stringMatching(/\.$/), field: ['input', ...path.split('.')] },
      ]);
    }
  });

  test.each(Object.entries(fields))('updateContact: %s', async (path, values) => {
    for (const value of values) {
      const problems = await told(updateContact, { id: ada, ...at(path, value) });
      expect(problems, JSON.stringify(value)).toEqual([
        { code: 'INVALID', message: expect.stringMatching(/\.$/), field: ['input', path] },
      ]);
    }
  });

  test.each(['email', 'phone', 'birthDate', 'language', 'country', 'phoneVerified', 'emailVerified', 'custom'])(
    'updateContact: null for %s, which cannot be cleared',
    async (name) => {
      expect(await told(updateContact, { id: ada, [name]: null, firstName: 'A' })).toEqual([
        { code: 'INVALID', message: 'It cannot be cleared.', field: ['input', name] },
      ]);
    },
  );

  test('updateContact: nothing to change', async () => {
    expect(await told(updateContact, { id: ada })).toMatchObject([{ code: 'REQUIRED', field: ['input'] }]);
  });

  test.each([
    ['PHONE_NUMBER', ['phone']],
    ['EMAIL', ['email']],
    ['EXT_ID', ['extId']],
    ['EXT_PROP_1', ['extProp1']],
    ['EXT_PROP_2', ['extProp2']],
    ['GUID', ['device', 'guid']],
  ])('createContact: %s without a value to compare', async (key, path) => {
    for (const input of [{}, at(path.join('.'), null)]) {
      expect(await told(createContact, { ...minimal, ...input, deduplicate: [key] })).toMatchObject([
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
  ])('createContact: a custom policy named "%s"', async (name, index) => {
    const custom = [name, 'twice', 'other'].slice(0, index + 2).map((name) => ({ name, accepted: true }));
    const problems = await told(createContact, { source: 'API', policies: { ...minimal.policies, custom } });
    expect(problems).toMatchObject([
      { code: 'INVALID', field: ['input', 'policies', 'custom', String(index), 'name'] },
    ]);
  });

  test('createContact: more custom policies than anybody has', async () => {
    const custom = Array.from({ length: 101 }, (_, n) => ({ name: `p${n}`, accepted: true }));
    const problems = await told(createContact, { source: 'API', policies: { ...minimal.policies, custom } });
    expect(problems).toMatchObject([{ code: 'INVALID', field: ['input', 'policies', 'custom'] }]);
  });
});

describe('everything wrong is told at once', () => {
  test('of a creation', async () => {
    const input = Object.entries(creation).reduce((all, [path, [value]]) => merge(all, at(path, value)), {
      source: 'API',
      deduplicate: ['PHONE_NUMBER'],
    } as Record<string, unknown>);
    const problems = await told(createContact, input);
    expect(problems.map(({ field }) => field.slice(1).join('.')).sort()).toEqual(Object.keys(creation).sort());
  });

  test('of an update', async () => {
    const input = Object.fromEntries(Object.entries(fields).map(([name, [value]]) => [name, value]));
    const problems = await told(updateContact, { id: canary, ...input, phoneVerified: null });
    expect(problems.map(({ field }) => field[1]).sort()).toEqual(
      [...Object.keys(fields), 'id', 'phoneVerified'].sort(),
    );
  });

  test('of a literal as of variables', async () => {
    const { data } = await stack.query(`mutation { updateContact(input: {
      id: "${canary}", email: "${canary}", phone: 5, birthDate: "1990-02-30", language: {a: 1}, country: XX, custom: [1]
    }) { ${userErrors} } }`);
    expect(data.updateContact.userErrors.map(({ field }: Told) => field[1])).toEqual(
      expect.arrayContaining(['id', 'email', 'phone', 'birthDate', 'language', 'country', 'custom']),
    );
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});

describe('what the schema has not is refused as a whole', () => {
  test.each(['username', 'password', 'locked', 'picture', 'deduplicate'])('updateContact: %s', async (name) => {
    const { data, errors } = await stack.query(updateContact, { input: { id: ada, firstName: 'A', [name]: canary } });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(stack.emulator.control.calls()).toEqual([]);
  });

  test.each([
    { policies: minimal.policies },
    { source: 'API' },
    { ...minimal, source: 'api' },
    { ...minimal, gender: 'male' },
    { ...minimal, deduplicate: ['phoneNumber'] },
    { ...minimal, locked: 'yes' },
  ])('createContact: %j', async (input) => {
    const { data, errors } = await stack.query(createContact, { input });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});

describe('an id of a contact that is none', () => {
  const organization = Buffer.from('Organization:canary').toString('base64');
  test.each([
    ['updateContact', 'UpdateContactInput', { firstName: 'A' }],
    ['deleteContact', 'DeleteContactInput', {}],
    ['setContactPolicies', 'SetContactPoliciesInput', { policies: { mktgCommunications: true } }],
    ['issueContactToken', 'IssueContactTokenInput', { expiresIn: 60, hits: 1 }],
  ])('is told by %s, whatever it is', async (mutation, type, rest) => {
    const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${userErrors} } }`;
    for (const id of [
      '',
      canary,
      organization,
      Buffer.from('Contact:../canary').toString('base64'),
      'x'.repeat(5_000),
    ]) {
      expect(await told(query, { id, ...rest })).toMatchObject([{ code: 'INVALID', field: ['input', 'id'] }]);
    }
  });
});

function merge(into: Record<string, unknown>, from: object): Record<string, unknown> {
  for (const [key, value] of Object.entries(from)) {
    const known = into[key];
    into[key] = typeof known === 'object' && known !== null ? merge({ ...known }, value) : value;
  }
  return into;
}
