// docs/clients.md is true for the schema: each scalar is in each map, the types without a key are listed, the arguments that
// identify a list are those that the schema has, and the examples can be parsed.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { isObjectType, isScalarType, isSpecifiedScalarType, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { startGateway, toAnswer } from '../support/gateway.ts';

const page = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const scalars = types.filter((type) => isScalarType(type) && !isSpecifiedScalarType(type)).map(({ name }) => name);
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
const sectionOf = (title: string) => page.split(/^#+ /m).find((section) => section.startsWith(`${title}\n`)) ?? '';

test.each([
  ['Scalars', /^\| `(\w+)` \|/gm],
  ['GraphQL Code Generator', /^ {10}(\w+): '/gm],
  ['gql.tada', /^ {4}(\w+): .*;$/gm],
  ['Apollo iOS', /^typealias (\w+) =/gm],
  ['Apollo Kotlin', /^mapScalar(?:ToKotlinString)?\("(\w+)"/gm],
])('the section %s maps each scalar of the schema, and no other', (title, pattern) => {
  const mapped = [...sectionOf(title).matchAll(pattern)].map(([, name]) => name);
  expect(mapped.toSorted()).toEqual(scalars.toSorted());
});

test('the keys for Graphcache list each object type without an id, and no other', () => {
  const listed = [...page.matchAll(/^ {2}(\w+): embedded,$/gm)].map(([, name]) => name);
  const keyless = types.filter((type) => isObjectType(type) && !('id' in type.getFields())).map(({ name }) => name);
  expect(listed.toSorted()).toEqual(keyless.filter((name) => name !== 'Query' && name !== 'Mutation').toSorted());
});

test.each([
  ['Query', 'contacts'],
  ['Contact', 'events'],
  ['Contact', 'devices'],
  ['Contact', 'accountings'],
])('relayStylePagination for %s.%s has as keys the arguments that are not those of a page', (typename, name) => {
  const [, keys = ''] = new RegExp(`${name}: relayStylePagination\\(\\[?(.*?)\\]?\\)`).exec(page) ?? [];
  const type = schema.getType(typename);
  const { args = [] } = (isObjectType(type) && type.getFields()[name]) || {};
  const expected = args.map((arg) => arg.name).filter((arg) => !['first', 'after', 'last', 'before'].includes(arg));
  expect([...keys.matchAll(/'(\w+)'/g)].map(([, key]) => key).toSorted()).toEqual(expected.toSorted());
});

test('the possible types of Node are those of the schema', () => {
  const node = schema.getType('Node');
  const possible = node && 'getInterfaces' in node && !isObjectType(node) ? schema.getPossibleTypes(node as never) : [];
  expect(page).toContain(
    `Node: [${possible
      .map(({ name }) => `'${name}'`)
      .toSorted()
      .join(', ')}]`,
  );
});

test('each example in TypeScript can be parsed', () => {
  expect(blocks('ts').length).toBeGreaterThan(4);
  for (const text of blocks('ts')) expect(() => stripTypeScriptTypes(text)).not.toThrow();
});

test('each example in GraphQL is valid for the schema', () => {
  expect(blocks('graphql').length).toBeGreaterThan(0);
  for (const text of blocks('graphql')) expect(validate(schema, parse(text))).toEqual([]);
});

test('a GET needs one of the headers that the page names', async () => {
  const { gateway, close } = await startGateway({ emulator: { contacts: 2 } });
  const url = `http://gateway/graphql?query=${encodeURIComponent('{ viewer { __typename } }')}`;
  const names = ['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf'];
  for (const name of names) {
    expect(page).toContain(`\`${name}\``);
    expect((await toAnswer(await gateway.fetch(url, { headers: { [name]: 'true' } }))).status).toBe(200);
  }
  expect((await toAnswer(await gateway.fetch(url))).status).toBe(403);
  await close();
});
