// Apollo iOS and Apollo Kotlin generate models from the schema. They cannot run here, so a lint checks what their generators
// rename, refuse or cannot express.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lintForMobile } from './mobile-lint.ts';
import { listMembers } from './schema-members.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test('the schema has one pair of names for which an app needs an alias, and no other obstacle for mobile clients', () => {
  // Relay's own fields; docs/mobile.md says what to do.
  expect(lintForMobile(read('schema.graphql'))).toEqual(['Query has two fields whose models are called Node.']);
});

test.each([
  [
    'two types that differ only in case',
    'type Thing { a: Int } type THING { a: Int }',
    'THING differs from another type',
  ],
  ['an interface without a type', 'interface Thing { a: Int }', 'Thing has no possible type.'],
  ['a word of Swift as a field', 'type Thing { operator: Int }', 'Thing.operator is a reserved name of fields.'],
  ['a word of Kotlin as a field', 'type Thing { val: Int }', 'Thing.val is a reserved name of fields.'],
  [
    'a property of the models as a field',
    'type Thing { fragments: Int }',
    'Thing.fragments is a reserved name of fields.',
  ],
  ['a word of Swift as an argument', 'type Thing { a(in: Int): Int }', 'Thing.a.in is a reserved name of inputs.'],
  ['a word of Swift as an input field', 'input Thing { where: Int }', 'Thing.where is a reserved name of inputs.'],
  ['two fields that differ only in case', 'type Thing { url: Int uRL: Int }', 'Thing.uRL differs from another field'],
  [
    'a list and an object with one model',
    'type Thing { tag: Tag tags: [Tag] } type Tag { a: Int }',
    'models are called Tag.',
  ],
  ['a model with the name of a type of Swift', 'type Thing { error: Tag } type Tag { a: Int }', 'type of Swift.'],
  ['a model with the name of its own type', 'type Thing { things: [Thing] }', 'the name of its own type.'],
  ['a value that Kotlin renames', 'enum Thing { name }', 'Thing.name is a reserved name of enums.'],
  ['a value that is a word of Swift', 'enum Thing { DEFAULT }', 'Thing.DEFAULT is a reserved name of enums.'],
  ['a value that Optional has', 'enum Thing { NONE }', 'Thing.NONE is a reserved name of enums.'],
  ['two values with one name in Swift', 'enum Thing { A_B A__B }', 'Thing has two values that Apollo iOS calls aB.'],
  ['an input with nullable items', 'input Thing { a: [Int]! }', 'Thing.a is an input with a list of nullable items.'],
  [
    'an argument with nullable items',
    'type Thing { a(b: [Int]): Int }',
    'Thing.a.b is an input with a list of nullable items.',
  ],
  ['a default that is null', 'input Thing { a: Int = null }', 'Thing.a is an input whose default is null'],
])('the lint finds %s', (_, sdl, expected) => {
  expect(lintForMobile(sdl)).toEqual([expect.stringContaining(expected)]);
});

test('the lint accepts names that are reserved only elsewhere', () => {
  const sdl = 'type Thing { type: Kind name: String tags: [Int!] } enum Kind { TYPE NAME UNKNOWN }';
  expect(lintForMobile(sdl)).toEqual([]);
});

test('the namespace that docs/mobile.md gives the models of Apollo iOS is no name of the schema, which it would hide', () => {
  const [, namespace = ''] = /"schemaNamespace": "(\w+)"/.exec(read('docs/mobile.md')) ?? [];
  const names = listMembers(read('schema.graphql')).map(({ name }) => name.toLowerCase());
  expect(namespace).not.toBe('');
  expect(names).not.toContain(namespace.toLowerCase());
});
