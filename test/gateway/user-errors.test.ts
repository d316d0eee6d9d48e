// A user error is for the person at the screen: its message says what to do, its code says what is wrong, and its parameters
// say what is allowed, so that an app can say it in its own language.
import { isEnumType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import type { TestGateway } from '../support/gateway.ts';
import { canary, invalidCreateFields, invalidFields } from '../support/invalid-values.ts';
import { ada, minimal, startWriting } from '../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

type UserError = {
  code: string;
  message: string;
  field: string[];
  params: Record<'min' | 'max' | 'format' | 'example', string | number | null> | null;
};

const userErrors = 'userErrors { code message field params { min max format example } }';
const documents = {
  create: `mutation ($input: CreateContactInput!) { payload: createContact(input: $input) { ${userErrors} } }`,
  update: `mutation ($input: UpdateContactInput!) { payload: updateContact(input: $input) { ${userErrors} } }`,
  policies: `mutation ($input: SetContactPoliciesInput!) { payload: setContactPolicies(input: $input) { ${userErrors} } }`,
  token: `mutation ($input: IssueContactTokenInput!) { payload: issueContactToken(input: $input) { ${userErrors} } }`,
  redeem: `mutation ($input: RedeemContactTokenInput!) { payload: redeemContactToken(input: $input) { ${userErrors} } }`,
  delete: `mutation ($input: DeleteContactInput!) { payload: deleteContact(input: $input) { ${userErrors} } }`,
  session: `mutation ($input: StartContactSessionInput!) { payload: startContactSession(input: $input) { ${userErrors} } }`,
};

async function problemsOf(document: keyof typeof documents, input: object): Promise<UserError[]> {
  const { data, errors, text } = await stack.query(documents[document], { input });
  expect(errors).toEqual([]);
  expect(text).not.toContain(canary);
  return data.payload.userErrors;
}

const text = { min: 1, max: 256, format: null, example: null };
const format = (name: string) => ({ min: null, max: null, format: name, example: expect.any(String) });
const token = { id: ada, expiresIn: 60, hits: 1 };
const policies = (input: object) => ({ id: ada, policies: input });
const custom = (...names: string[]) => policies({ custom: names.map((name) => ({ name, accepted: true })) });
const created = (input: object) => ({ ...minimal, ...input });

describe('the code and the parameters say what is wrong and what is allowed', () => {
  test.each([
    ['an empty text', 'update', { id: ada, firstName: '' }, 'TOO_SHORT', 'firstName', text],
    ['a long text', 'update', { id: ada, zipCode: 'x'.repeat(257) }, 'TOO_LONG', 'zipCode', text],
    ['a text with NUL', 'update', { id: ada, lastName: 'a\0' }, 'FORMAT', 'lastName', format('Text')],
    ['a long address', 'create', created({ picture: 'x'.repeat(2049) }), 'TOO_LONG', 'picture', { ...text, max: 2048 }],
    ['an e-mail address', 'update', { id: ada, email: 'x' }, 'FORMAT', 'email', format('EmailAddress')],
    ['a phone number', 'update', { id: ada, phone: '12' }, 'FORMAT', 'phone', format('PhoneNumber')],
    ['a date', 'update', { id: ada, birthDate: '31.12.1990' }, 'FORMAT', 'birthDate', format('Date')],
    ['a language', 'update', { id: ada, language: 'english' }, 'FORMAT', 'language', format('LanguageCode')],
    ['a country', 'update', { id: ada, country: 'Italy' }, 'FORMAT', 'country', format('CountryCode')],
    ['a custom attribute', 'update', { id: ada, custom: [] }, 'FORMAT', 'custom', format('JSONObject')],
    ['a time', 'create', created({ device: { created: 'x' } }), 'FORMAT', 'device.created', format('DateTime')],
    ['an upstream id', 'create', created({ locationId: '..' }), 'FORMAT', 'locationId', format('Id')],
    ['a global id', 'delete', { id: 'x' }, 'FORMAT', 'id', format('GlobalId')],
    ['the id of something else', 'delete', { id: btoa('Organization:a') }, 'FORMAT', 'id', format('ContactGlobalId')],
    ['a token', 'redeem', { token: 'a b' }, 'FORMAT', 'token', format('Token')],
    ['a token of a session', 'session', { token: 'a b' }, 'FORMAT', 'token', format('Token')],
    ['a number below', 'token', { ...token, expiresIn: 0 }, 'OUT_OF_RANGE', 'expiresIn', { ...text, max: 86_400 }],
    ['a number above', 'token', { ...token, hits: 101 }, 'OUT_OF_RANGE', 'hits', { ...text, max: 100 }],
    ['null for what cannot be removed', 'update', { id: ada, email: null }, 'NOT_ALLOWED', 'email', null],
    ['no change', 'update', { id: ada }, 'REQUIRED', '', null],
    ['no policy', 'policies', policies({}), 'REQUIRED', 'policies', null],
    ['a policy taken back', 'policies', policies({ privacy: false }), 'NOT_ALLOWED', 'policies.privacy', null],
    ['the same policy twice', 'policies', custom('a', 'a'), 'DUPLICATE', 'policies.custom.1.name', null],
    ['the name of a policy', 'policies', custom('a b'), 'FORMAT', 'policies.custom.0.name', format('CustomPolicyName')],
    [
      'many policies',
      'policies',
      custom(...Array.from({ length: 101 }, (_, n) => `p${n}`)),
      'TOO_MANY',
      'policies.custom',
      { ...text, min: 0, max: 100 },
    ],
    [
      'a policy refused',
      'create',
      { ...minimal, policies: { privacy: true, termsOfUse: false } },
      'NOT_ALLOWED',
      'policies.termsOfUse',
      null,
    ],
    [
      'a policy left out',
      'create',
      { ...minimal, policies: { privacy: true } },
      'REQUIRED',
      'policies.termsOfUse',
      null,
    ],
    ['a key without its value', 'create', created({ deduplicate: ['EXT_ID'] }), 'REQUIRED', 'extId', null],
    ['an unknown contact', 'delete', { id: btoa('Contact:absent') }, 'NOT_FOUND', 'id', null],
    ['an unknown token', 'redeem', { token: 'absent' }, 'NOT_FOUND', 'token', null],
  ] as const)('%s', async (_, document, input, code, field, params) => {
    const problems = await problemsOf(document, input);
    expect(problems).toMatchObject([{ code, params }]);
    expect(problems[0]?.field).toEqual(['input', ...field.split('.').filter((name) => name !== '')]);
  });

  test.each([
    [0, 'TOO_FEW'],
    [101, 'TOO_MANY'],
  ] as const)('%i rows', async (count, code) => {
    const { data } = await stack.query(
      `mutation ($inputs: [UpdateContactInput!]!) { updateContacts(inputs: $inputs) { ${userErrors} } }`,
      { inputs: Array(count).fill({ id: ada }) },
    );
    expect(data.updateContacts.userErrors).toMatchObject([{ code, field: ['inputs'], params: { min: 1, max: 100 } }]);
  });

  test('a refusal of the upstream has a code and no parameters', async () => {
    stack.emulator.control.fault({ kind: 'status', status: 409 });
    expect(await problemsOf('update', { id: ada, zipCode: '1' })).toEqual([
      {
        code: 'CONFLICT',
        message: 'This was not accepted: it contradicts existing data, like a username that is in use already.',
        field: ['input'],
        params: null,
      },
    ]);
  });
});

test('all problems of an input are reported at once, and nothing is sent', async () => {
  const problems = await problemsOf('create', {
    ...created({
      firstName: '',
      email: canary,
      phone: canary,
      birthDate: canary,
      device: { guid: '', created: canary },
    }),
    policies: {},
  });
  expect(problems.map(({ field }) => field.slice(1).join('.')).toSorted()).toEqual([
    'birthDate',
    'device.created',
    'device.guid',
    'email',
    'firstName',
    'phone',
    'policies.privacy',
    'policies.termsOfUse',
  ]);
  expect(stack.emulator.control.calls()).toEqual([]);
});

describe('the message is for the person at the screen', () => {
  /** Names of fields, types and of the API do not help a person. */
  const technical = /"|`|Contact(?:By|Filter)|input\b|[a-z][A-Z]|upstream|GraphQL/;

  const cases = [
    ...Object.entries(invalidCreateFields).map(([path, values]) => ['create', path, values] as const),
    ...Object.entries(invalidFields).map(([path, values]) => ['update', path, values] as const),
  ].filter(([, path]) => !/Id$|custom$/.test(path) || path === 'extId');

  test.each(cases)('%s: %s', async (document, path, values) => {
    for (const value of values) {
      const nested = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<
        string,
        object
      >;
      const withPolicies = 'policies' in nested ? { policies: { ...minimal.policies, ...nested['policies'] } } : nested;
      const input = document === 'create' ? { ...minimal, ...withPolicies } : { id: ada, ...nested };
      for (const { message } of await problemsOf(document, input)) {
        expect(message).toMatch(/^[A-Z].*\.$/);
        expect(message).not.toMatch(technical);
      }
    }
  });
});

test('the schema has the codes that clients had before, and describes each', () => {
  const type = schema.getType('UserErrorCode');
  const values = isEnumType(type) ? type.getValues() : [];
  expect(values.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['INVALID', 'REQUIRED', 'NOT_FOUND', 'CONFLICT']),
  );
  for (const { description } of values) expect(description).toMatch(/\.$/);
});
