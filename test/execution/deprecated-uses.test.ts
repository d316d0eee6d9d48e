// An operation's deprecated members are found in its text and in its variables, and those of other operations are not.
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createDeprecatedUses } from '../../src/execution/deprecated-uses.ts';

const schema = buildSchema(`
  enum Order { NEWEST OLD @deprecated(reason: "Use NEWEST.") }
  input Place { name: String, town: String @deprecated(reason: "Use name.") }
  input Filter { places: [Place!], order: Order }
  input Plain { name: String }
  type Contact { name: String, nick: String @deprecated(reason: "Use name.") }
  type Query {
    contacts(filter: Filter, order: Order, plain: Plain, limit: Int @deprecated(reason: "Use first.")): [Contact]
  }
`);
const usesOf = createDeprecatedUses(schema);

function uses(text: string, variableValues?: Record<string, unknown>, operationName?: string): string[] {
  return [...usesOf({ document: parse(text), variableValues, operationName })].toSorted();
}

test('a deprecated field is found, also in a fragment', () => {
  expect(uses('{ contacts { name } }')).toEqual([]);
  expect(uses('{ contacts { nick } }')).toEqual(['Contact.nick']);
  expect(uses('{ contacts { ...f } } fragment f on Contact { nick }')).toEqual(['Contact.nick']);
});

test('a deprecated argument, input field or enum value is found in a literal', () => {
  expect(uses('{ contacts(limit: 1, filter: {places: [{town: "Rome"}]}, order: OLD) { name } }')).toEqual([
    'Order.OLD',
    'Place.town',
    'Query.contacts(limit:)',
  ]);
});

test('a deprecated input field or enum value is found in the values of variables', () => {
  const text = 'query ($f: Filter, $order: Order!) { contacts(filter: $f, order: $order) { name } }';
  expect(uses(text, { f: { places: [{ name: 'Rome' }, { town: 'Rome' }] }, order: 'OLD' })).toEqual([
    'Order.OLD',
    'Place.town',
  ]);
  expect(uses(text, { f: { places: { town: 'Rome' } }, order: 'NEWEST' })).toEqual(['Place.town']);
  expect(uses(text, { f: { places: [{ name: 'Rome' }], unknown: 1 }, order: 'NEWEST' })).toEqual([]);
  expect(uses(text, { f: null })).toEqual([]);
});

test('the default value of a variable counts as part of the text', () => {
  expect(uses('query ($order: Order = OLD) { contacts(order: $order) { name } }')).toEqual(['Order.OLD']);
});

test('members that another operation of the document uses are not found', () => {
  const text = 'query A { contacts { nick } } query B { contacts(limit: 1) { name } }';
  expect(uses(text, {}, 'A')).toEqual(['Contact.nick']);
  expect(uses(text, {}, 'B')).toEqual(['Query.contacts(limit:)']);
});

test('the text of an operation is read once for its document', () => {
  const document = parse('{ contacts { nick } }');
  const first = usesOf({ document });
  expect(usesOf({ document })).toBe(first);
});
