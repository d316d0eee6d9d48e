// No change of the schema breaks the clients of the last release, unless CHANGELOG.md announces it, and nothing is removed that
// was not deprecated before.
import { readdirSync, readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const [released = '', ...others] = readdirSync(new URL('../../releases', import.meta.url));
const changelog = read('CHANGELOG.md');

/** The changes since the last release, as CHANGELOG.md lists them: the sections above that of the release. */
const news = changelog.split(`\n## ${released.replace('.graphql', '')} `)[0] ?? '';

/** Returns the coordinates of changes that can break a client of the old schema. */
async function breakingChanges(old: GraphQLSchema, current: GraphQLSchema): Promise<string[]> {
  const changes = await diff(old, current);
  return changes.flatMap(({ criticality, path, message }) =>
    criticality.level === CriticalityLevel.Breaking ? [path ?? message] : [],
  );
}

test('there is one released schema, and CHANGELOG.md has a section for its version', () => {
  expect(others).toEqual([]);
  expect(changelog).toContain(`\n## ${released.replace('.graphql', '')} `);
});

test('CHANGELOG.md names the coordinate of each change that can break a client of the last release', async () => {
  const breaking = await breakingChanges(
    buildSchema(read(`releases/${released}`)),
    buildSchema(read('schema.graphql')),
  );
  expect(breaking.filter((coordinate) => !news.includes(`\`${coordinate}\``))).toEqual([]);
});

/** Returns the coordinates of fields, arguments and values that were removed and not deprecated in the old schema. */
async function suddenRemovals(old: GraphQLSchema, current: GraphQLSchema): Promise<string[]> {
  const changes = (await diff(old, current)).filter(({ type }) => type.endsWith('_REMOVED'));
  return changes.flatMap(({ meta, path, message }) =>
    Object.entries(meta).some(([name, value]) => /^is\w+Deprecated$/.test(name) && value === false)
      ? [path ?? message]
      : [],
  );
}

test('nothing was removed that the last release had not deprecated', async () => {
  expect(await suddenRemovals(buildSchema(read(`releases/${released}`)), buildSchema(read('schema.graphql')))).toEqual(
    [],
  );
  const removed = (old: string) => suddenRemovals(buildSchema(old), buildSchema('type Query { a: Int } enum E { X }'));
  expect(await removed('type Query { a: Int, b: Int } enum E { X Y }')).toEqual(['Query.b', 'E.Y']);
  expect(await removed('type Query { a: Int, b: Int @deprecated } enum E { X Y @deprecated }')).toEqual([]);
});

test.each([
  ['a field is removed', 'type Query { a: Int }', 'type Query { b: Int }', ['Query.a']],
  ['a field becomes nullable', 'type Query { a: Int! }', 'type Query { a: Int }', ['Query.a']],
  ['an argument becomes required', 'type Query { a(b: Int): Int }', 'type Query { a(b: Int!): Int }', ['Query.a.b']],
  ['a field becomes non-null', 'type Query { a: Int }', 'type Query { a: Int! }', []],
  ['a field is added', 'type Query { a: Int }', 'type Query { a: Int, b: Int }', []],
])('where %s, the breaking changes are those expected', async (_, old, current, expected) => {
  expect(await breakingChanges(buildSchema(old), buildSchema(current))).toEqual(expected);
});
