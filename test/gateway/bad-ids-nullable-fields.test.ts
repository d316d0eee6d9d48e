// A mistake in the arguments of a field nulls that field alone, because the schema lets it be null.
import { getNamedType, getNullableType, isListType, isNonNullType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

/** What a client can get wrong about a field: its arguments, and whether it may use the field at all. */
const fields = Object.values(schema.getTypeMap()).flatMap((type) => {
  if (!isObjectType(type) || type.name.startsWith('__')) return [];
  return Object.values(type.getFields())
    .filter(({ args, extensions }) => args.length > 0 || extensions['access'] !== undefined)
    .map((field) => [`${type.name}.${field.name}`, field] as const);
});

test('the schema has fields that a client can use in a wrong way', () => {
  expect(fields.map(([name]) => name)).toEqual(expect.arrayContaining(['Query.nodes', 'Contact.events']));
});

/** The fields of its entries are nullable instead: a mistake in one key is an error of that entry. */
const nonNullByContract = ['Query.contactsExist'];

test.each(fields.filter(([name]) => !nonNullByContract.includes(name)))(
  'the field %s is nullable, so that a mistake nulls no field beside it',
  (_, { type }) => {
    expect(isNonNullType(type)).toBe(false);
  },
);

test('a list of objects that are found by ids has nullable entries', () => {
  for (const [, { args, type }] of fields) {
    const list = getNullableType(type);
    if (!isListType(list) || !args.some(({ name }) => name === 'ids')) continue;
    expect(isNonNullType(list.ofType)).toBe(false);
    expect(getNamedType(list)).toBeDefined();
  }
});
