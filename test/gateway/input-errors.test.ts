// An error about an input value names the field and what is allowed, in the same way for a literal and for a variable, and
// quotes no value. There is one error for each invalid value. Suggestions are made in development only.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';
import { send } from '../support/literals-and-variables.ts';

const stacks: Record<string, TestGateway> = {};
beforeAll(async () => {
  stacks['development'] = await startGateway({ emulator: { contacts: 20 }, env: { PUBLIC_SCHEMA: 'true' } });
  stacks['production'] = await startGateway({ emulator: { contacts: 20 }, env: { PUBLIC_SCHEMA: 'false' } });
});
beforeEach(() => {
  for (const { emulator } of Object.values(stacks)) emulator.control.reset();
});
afterAll(async () => {
  for (const stack of Object.values(stacks)) await stack.close();
});

const environments = ['development', 'production'];

const fieldsOf = ({ errors }: Answer) => errors.map(({ extensions }) => (extensions['field'] as string[]).join('.'));

const list = 'contacts {totalCount}';
const listTypes = {
  first: 'Int',
  last: 'Int',
  after: 'String',
  before: 'String',
  filter: 'ContactFilter',
  orderBy: 'ContactOrder',
};

describe.each(environments)('in %s', (environment) => {
  test.each([
    [
      { email: 'canary', phone: 'canary', createdFrom: 'canary' },
      ['filter.createdFrom', 'filter.email', 'filter.phone'],
    ],
    [{ hasEmail: false, hasPhone: false, username: '' }, ['filter.hasEmail', 'filter.hasPhone', 'filter.username']],
    [{ locationIds: ['../canary', 'ok', 'canary canary'] }, ['filter.locationIds.0', 'filter.locationIds.2']],
    [
      { acceptedCustomPolicies: ['customs.canary', 'canary canary'] },
      ['filter.acceptedCustomPolicies.0', 'filter.acceptedCustomPolicies.1'],
    ],
    [
      { segmentIds: [], extId: 'x'.repeat(257), extProp1: 'canary\0' },
      ['filter.segmentIds', 'filter.extId', 'filter.extProp1'],
    ],
    [
      { createdFrom: '2026-02-01T00:00:00Z', createdTo: '2026-01-01T00:00:00Z', modifiedFrom: 'canary' },
      ['filter.createdFrom', 'filter.modifiedFrom'],
    ],
  ] as const)('the filter %j has an error for each invalid value', async (filter, fields) => {
    for (const answer of await send(stacks[environment], list, listTypes, { first: 1, filter })) {
      expect(answer.data).toEqual({ viewer: { __typename: 'Viewer' }, contacts: null });
      expect(fieldsOf(answer).toSorted()).toEqual([...fields].toSorted());
      for (const [index, { message, path, extensions }] of answer.errors.entries()) {
        expect(path).toEqual(['contacts']);
        expect(message.startsWith(`"${fieldsOf(answer)[index]}": `)).toBe(true);
        expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: expect.stringMatching(/^[A-Z_]+$/) });
      }
      expect(answer.text).not.toContain('canary');
    }
    expect(stacks[environment]?.emulator.control.calls()).toEqual([]);
  });

  test.each([
    [{ first: 0, filter: { email: 'canary' } }, ['first', 'filter.email']],
    [{ first: 1, last: 1, filter: { phone: 'canary' } }, ['last', 'filter.phone']],
    [{ last: 1, after: 'canary' }, ['after']],
    [{ first: 1, before: 'canary' }, ['before']],
    [{ first: 100_000 }, ['first']],
    [{ last: -1 }, ['last']],
  ] as const)('the arguments %j have their errors together', async (args, fields) => {
    for (const answer of await send(stacks[environment], list, listTypes, args)) {
      expect(fieldsOf(answer)).toEqual(fields);
      expect(answer.text).not.toContain('canary');
    }
  });

  test.each([
    [{ first: 'canary' }, ['first']],
    [
      { filter: { hasEmail: 'canary', signupMethod: 'CANARY', username: 31_337 } },
      ['filter.hasEmail', 'filter.signupMethod', 'filter.username'],
    ],
    [{ filter: { locationIds: ['a', { b: 1 }] } }, ['filter.locationIds.1']],
    [{ orderBy: { field: 'CANARY', direction: 'CANARY' } }, ['orderBy.direction', 'orderBy.field']],
    [{ orderBy: { direction: 'ASC' } }, ['orderBy.field']],
  ] as const)('the arguments %j of another type name each field', async (args, fields) => {
    for (const answer of await send(stacks[environment], list, listTypes, args)) {
      expect(answer.data).toBeNull();
      expect(fieldsOf(answer).toSorted()).toEqual([...fields].toSorted());
      for (const { message } of answer.errors) expect(message).toMatch(/^(?:"|Variable "\$)/);
      expect(answer.text.toLowerCase()).not.toMatch(/canary|31337/);
    }
  });

  test('at most five invalid values of one field are reported', async () => {
    for (const answer of await send(stacks[environment], list, listTypes, {
      first: 1,
      filter: { locationIds: Array(100).fill('a b') },
    }))
      expect(fieldsOf(answer)).toHaveLength(5);
  });

  test('an unknown field of a literal is named', async () => {
    const [asLiteral] = await send(stacks[environment], list, listTypes, { filter: { nam: 'canary' } });
    expect(asLiteral?.errors[0]?.message).toContain('unknown field "nam"');
    expect(asLiteral?.errors[0]?.extensions['field']).toEqual(['filter', 'nam']);
    expect(asLiteral?.text).not.toContain('canary');
  });

  test.each(['a key with spaces', 'ada@example.com', '+14155552671', 'x'.repeat(65)])(
    'the key %j of a variable, which is no name, is not quoted',
    async (key) => {
      const { errors, text } = await (stacks[environment] as TestGateway).query(
        'query ($filter: ContactFilter) { contacts(first: 1, filter: $filter) { totalCount } }',
        { filter: { [key]: 1 } },
      );
      expect(errors).toHaveLength(1);
      expect(text).not.toContain(key);
    },
  );

  test('errors name arguments below a fragment, and arguments whose variable is used twice', async () => {
    const { errors } = await (stacks[environment] as TestGateway).query(
      'query ($n: Int) { ...a } fragment a on Query { contacts(first: $n) { totalCount } b: contacts(last: $n) { totalCount } }',
      { n: 'canary' },
    );
    expect(errors.map(({ extensions }) => extensions['field'])).toEqual([['first']]);
  });
});

describe('in development', () => {
  test('an unknown field of a variable is named, with the fields that there are', async () => {
    const answers = await send(stacks['development'], list, listTypes, { filter: { nam: 'canary' } });
    for (const answer of answers) {
      expect(fieldsOf(answer)).toEqual(['filter.nam']);
      expect(answer.errors[0]?.message).toMatch(
        /unknown field "nam"\. Allowed: acceptedCustomPolicies, .*usernames\.$/,
      );
      expect(answer.text).not.toContain('canary');
    }
  });

  test.each([
    [{ filter: { emial: 'canary' } }, 'Did you mean "email" or "emails"?'],
    [{ orderBy: { field: 'CREATD' } }, 'Did you mean the enum value "CREATED"?'],
    [{ orderBy: { field: 'CREATED', direction: 'UPWARDS' } }, 'Allowed: ASC, DESC.'],
  ])('the arguments %j get a suggestion', async (args, suggestion) => {
    for (const { errors, text } of await send(stacks['development'], list, listTypes, args)) {
      expect(errors[0]?.message.endsWith(suggestion)).toBe(true);
      expect(text).not.toMatch(/canary|CREATD|UPWARDS/);
    }
  });
});

describe('in production', () => {
  test.each([{ filter: { emial: 'canary' } }, { filter: { nam: 'canary' } }, { orderBy: { field: 'CREATD' } }])(
    'the arguments %j get no suggestion, and the key of a variable is not quoted',
    async (args) => {
      const [asLiteral, asVariable] = await send(stacks['production'], list, listTypes, args);
      for (const answer of [asLiteral, asVariable])
        expect(answer?.text).not.toMatch(/Did you mean|Allowed|canary|"email/);
      expect(asVariable?.text).not.toMatch(/emial|nam"/);
    },
  );
});

test.each([
  ['since', 'since: "canary", first: 1', [['since']]],
  ['since, until and first', 'since: "canary", until: "canary", first: 0', [['since'], ['until'], ['first']]],
])('each invalid argument of the events of a contact is an error of its own: %s', async (_, args, fields) => {
  const { errors } = await (stacks['development'] as TestGateway).query(
    `{ contacts(first: 1) { nodes { events(${args}) { totalCount } } } }`,
  );
  expect(errors.map(({ extensions }) => extensions['field'])).toEqual(fields);
  for (const { path } of errors) expect(path).toEqual(['contacts', 'nodes', 0, 'events']);
});
