import fc from 'fast-check';
import { executeSync, type GraphQLSchema, getIntrospectionQuery, parse, validateExecutionArgs } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { countResponseFields } from '../../src/execution/response-fields/count.ts';
import { schema } from '../../src/schema/index.ts';
import { documents } from '../support/documents.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** `FIELDS_SEED` repeats a run. */
const seed = Number(process.env['FIELDS_SEED'] ?? Date.now() % 2 ** 31);
const runs = 600;
const maxPageSize = 1_000;

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 60 }, env: { OPERATION_DEADLINE_MS: '20000' } });
});
afterAll(() => stack.close());

function count(query: string, variableValues: Record<string, unknown> = {}, counted: GraphQLSchema = schema): number {
  const validated = validateExecutionArgs({ schema: counted, document: parse(query), variableValues });
  if (!('schema' in validated)) throw new Error('The operation cannot be executed.', { cause: validated });
  return countResponseFields(validated, maxPageSize);
}

/** Keys of objects and items of lists. Objects of a custom scalar are one value each. */
function entriesOf(value: unknown, key = ''): number {
  if (typeof value !== 'object' || value === null || key.startsWith('custom')) return 0;
  const entries = Object.entries(value);
  return entries.reduce((sum, [name, inner]) => sum + 1 + entriesOf(inner, name), 0);
}

function scalar(type: string, name: string): readonly unknown[] {
  if (name === 'cid') return [demo.contactId];
  if (name === 'id' || name === 'ids') return [btoa(`Contact:${demo.contactId}`)];
  const values: Record<string, readonly unknown[]> = {
    Int: [1, 2, 3, 5, 20, 60, 1_000, 0, 5_000],
    Boolean: [true, false],
    DateTime: ['2000-01-01T00:00:00Z'],
    ID: [demo.locationId],
  };
  return values[type] ?? ['a text'];
}

describe('the number of fields that is counted before an operation is executed', () => {
  test(`the counted number of fields is never smaller than in the answers of ${runs} generated operations`, {
    timeout: 120_000,
  }, async () => {
    process.stdout.write(`FIELDS_SEED=${seed}\n`);
    const tally = { answered: 0, entries: 0, counted: 0 };
    const property = fc.asyncProperty(
      fc.noBias(documents(schema, { scalar, roots: 2, depth: 4 })),
      async ({ query, variables }) => {
        const { data } = await stack.query(query, variables);
        if (data === null) return;
        const entries = entriesOf(data);
        const counted = count(query, variables);
        expect(counted, JSON.stringify({ query, variables })).toBeGreaterThanOrEqual(entries);
        tally.answered += 1;
        tally.entries += entries;
        tally.counted += counted;
      },
    );
    await fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
    process.stdout.write(`${JSON.stringify(tally)}\n`);
    expect(tally.answered).toBeGreaterThan(runs / 2);
    expect(tally.entries).toBeGreaterThan(10 * tally.answered);
  });

  test.each([
    getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true, oneOf: true }),
    '{ __schema { types { name fields(includeDeprecated: true) { args { name } } } } }',
    '{ __schema { a: types { b: fields { type { c: fields { d: name } } } } } }',
    '{ __schema { directives { locations args { name } } types { possibleTypes { name } interfaces { name } } } }',
    '{ __type(name: "Contact") { fields { args { name type { enumValues { name } } } } } }',
    '{ __schema { types { ...T } queryType { ...T } } } fragment T on __Type { fields { name } inputFields { name } }',
  ])('the counted number of fields is never smaller than in the answer to the introspection %s', (query) => {
    const { data } = executeSync({ schema, document: parse(query) });
    const entries = entriesOf(data);
    expect(entries).toBeGreaterThan(50);
    expect(count(query)).toBeGreaterThanOrEqual(entries);
  });

  test.each([
    ['each alias is counted', '{ a: __typename b: __typename }', 2],
    [
      'a field that fragments repeat is counted once',
      '{ ...A ...A ...B } fragment A on Query { __typename } fragment B on Query { __typename }',
      1,
    ],
    [
      'a field that is left out is not counted',
      '{ a: __typename @skip(if: true) b: __typename @include(if: false) c: __typename }',
      1,
    ],
    [
      'a condition in a variable is evaluated',
      'query ($no: Boolean = false) { a: __typename @include(if: $no) b: __typename @skip(if: $no) }',
      1,
    ],
    [
      'the type with the most fields is counted for an interface',
      '{ node(id: "x") { ... on Contact { cid age } ... on Organization { cid } } }',
      12,
    ],
  ])('the number of fields is exact: %s', (_, query, expected) => expect(count(query)).toBe(expected));

  test('the number of fields of fragments that double on 200 levels is counted in one pass', () => {
    const fragments = Array.from(
      { length: 200 },
      (_, n) => `fragment F${n} on __Type { a: ofType { ...F${n + 1} } b: ofType { ...F${n + 1} } }`,
    );
    const query = `{ __type(name: "Contact") { ...F0 } } ${fragments.join(' ')} fragment F200 on __Type { name }`;
    expect(count(query)).toBeGreaterThan(2 ** 200);
  });
});
