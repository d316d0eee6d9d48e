// docs/clients.md is true for the schema: each scalar is in each map, the types without a key are listed, the arguments that
// identify a list are those that the schema has, and the examples can be parsed.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import {
  getNullableType,
  isAbstractType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
  validate,
} from 'graphql';
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
  ['Relay', /^ {4}"(\w+)": "/gm],
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

/** The fields of object types whose type is an object type, lists left out. */
const objectFields = types
  .filter(isObjectType)
  .flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({ type, field, target: getNullableType(field.type) })),
  )
  .flatMap(({ target, ...rest }) => (isObjectType(target) ? [{ ...rest, target }] : []));
const connections = objectFields.filter(({ target }) => target.name.endsWith('Connection'));
const namesOf = (text: string) => [...text.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);
const apollo = sectionOf('Apollo Client');

test.each(connections.map(({ type, field }) => [`${type.name}.${field.name}`, type.name, field] as const))(
  'the pages of %s are joined in Apollo Client by the arguments that are not those of a page',
  (_, typename, { name, args }) => {
    const policy = new RegExp(`^ {6}${typename}: {[\\s\\S]*?\\b${name}: pages\\((.*?)\\)`, 'm').exec(apollo);
    const expected = args.map((arg) => arg.name).filter((arg) => !['first', 'after', 'last', 'before'].includes(arg));
    expect(policy).not.toBeNull();
    expect(namesOf(policy?.[1] ?? '').toSorted()).toEqual(expected.toSorted());
  },
);

test('Apollo Client merges each object without an id that is no list and no page of one, and the viewer, which is one', () => {
  const merged = [...apollo.matchAll(/^ {6}(\w+): { (?:merge: true|keyFields: \[\]) },$/gm)].map(([, name]) => name);
  const embedded = objectFields.filter(
    ({ type, target }) =>
      (!('id' in target.getFields()) || target.name === 'Viewer') &&
      !/(Connection|Edge|Event|Payload|UserError)$/.test(type.name) &&
      !target.name.endsWith('Connection') &&
      type.name !== 'Mutation',
  );
  expect(merged.toSorted()).toEqual([...new Set(embedded.map(({ target }) => target.name))].toSorted());
});

test('the possible types of each interface and each union are those of the schema', () => {
  const abstractTypes = types.filter(isAbstractType);
  const list = /const events = \[([\s\S]*?)\n\];/.exec(apollo)?.[1] ?? '';
  const [, entries = ''] = /possibleTypes: { (.*) },/.exec(apollo) ?? [];
  const listed = [...entries.matchAll(/(\w+): (events|\[.*?\])/g)].map(([, name = '', value = '']) => [
    name,
    namesOf(value === 'events' ? list : value),
  ]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(
      abstractTypes.map((type) => [
        type.name,
        schema
          .getPossibleTypes(type)
          .map(({ name }) => name)
          .toSorted(),
      ]),
    ),
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
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const { status, errors } = await toAnswer(await gateway.fetch(url, { headers: { accept } }));
    expect([status, errors]).toMatchObject([403, [{ extensions: { code: 'FORBIDDEN', retryable: false } }]]);
    for (const name of names) expect(errors[0]?.message).toContain(name);
  }
  await close();
});
