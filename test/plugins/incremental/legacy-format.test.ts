import { buildSchema, experimentalExecuteIncrementally, GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createLegacyFormat, type LegacyPart } from '../../../src/plugins/incremental/legacy-format.ts';
import { partsOf } from '../../../src/plugins/incremental/part.ts';

const schema = buildSchema(`
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  directive @stream(if: Boolean! = true, label: String, initialCount: Int! = 0) on FIELD
  type Query { row: Row, rows: [Row!] }
  type Row { a: String, b: String, fails: String!, row: Row, rows: [Row] }
`);
const leaf = { a: 'a', b: 'b', fails: () => Promise.reject(new GraphQLError('failed')) };
const rootValue = { row: { ...leaf, row: { ...leaf, rows: [leaf, leaf] } }, rows: [leaf, leaf, leaf] };

/** Executes a document with graphql, and converts the parts of its answer. */
async function convert(query: string): Promise<LegacyPart[]> {
  const result = await experimentalExecuteIncrementally({ schema, document: parse(query), rootValue });
  if (!('initialResult' in result)) throw new Error('The answer is whole.');
  const format = createLegacyFormat();
  const parts: LegacyPart[] = [];
  for await (const part of partsOf(result))
    parts.push(...[format(part) ?? []].flat().map((each) => JSON.parse(JSON.stringify(each))));
  return parts;
}

const entriesOf = (parts: LegacyPart[]) => parts.flatMap(({ incremental = [] }) => incremental);

test('a deferred fragment is one object at its path, with its label', async () => {
  const [first, ...rest] = await convert('{ row { a ... @defer(label: "x") { b } } }');
  expect(first).toEqual({ data: { row: { a: 'a' } }, hasNext: true });
  expect(rest).toEqual([{ incremental: [{ path: ['row'], label: 'x', data: { b: 'b' } }], hasNext: false }]);
});

test('a deferred fragment whose fields stand below a field of the first part has all that is known of its place', async () => {
  const parts = await convert('{ row { row { a } ... @defer(label: "x") { b row { b rows { a } } } } }');
  const row = { a: 'a', b: 'b', rows: [{ a: 'a' }, { a: 'a' }] };
  expect(entriesOf(parts)).toEqual([{ path: ['row'], label: 'x', data: { b: 'b', row } }]);
});

test('each of two fragments with the same fields is delivered with them', async () => {
  const parts = await convert(
    '{ row { a ...X @defer(label: "x") ... @defer(label: "y") { b } } } fragment X on Row { b }',
  );
  expect(entriesOf(parts)).toEqual([
    { path: ['row'], label: 'x', data: expect.objectContaining({ b: 'b' }) },
    { path: ['row'], label: 'y', data: expect.objectContaining({ b: 'b' }) },
  ]);
});

test('a fragment within a deferred one follows it, at its own path', async () => {
  const parts = await convert('{ row { ... @defer(label: "x") { a row { ... @defer(label: "y") { b } } } } }');
  expect(entriesOf(parts)).toMatchObject([
    { path: ['row'], label: 'x', data: { a: 'a', row: {} } },
    { path: ['row', 'row'], label: 'y', data: { b: 'b' } },
  ]);
});

test('the items of a stream are at the path of the first of them', async () => {
  const parts = await convert('{ rows @stream(initialCount: 1, label: "s") { a } }');
  const entries = entriesOf(parts) as { path: unknown[]; items: unknown[] }[];
  expect(entries[0]).toMatchObject({ path: ['rows', 1], label: 's' });
  expect(entries.flatMap(({ items }) => items)).toEqual([{ a: 'a' }, { a: 'a' }]);
  expect(parts.at(-1)?.hasNext).toBe(false);
});

test('a deferred fragment that fails is null with its error, and so are the items of a stream', async () => {
  const [entry] = entriesOf(await convert('{ row { a ... @defer(label: "x") { fails } } }'));
  expect(entry).toMatchObject({
    path: ['row'],
    label: 'x',
    data: null,
    errors: [{ message: 'failed', path: ['row', 'fails'] }],
  });
  const entries = entriesOf(await convert('{ rows @stream(initialCount: 0) { fails } }'));
  expect(entries.at(-1)).toMatchObject({ path: ['rows'], items: null, errors: [{ message: 'failed' }] });
});
