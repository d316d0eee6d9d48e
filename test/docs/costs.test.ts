import { readFileSync } from 'node:fs';
import { isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { costOf, costsNothing } from '../../src/schema/call-cost.ts';
import { schema } from '../../src/schema/index.ts';

/** The table of docs/limits.md: the names of fields, and what they cost. */
function documented(): Map<string, string> {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const [, table = ''] = /\| field \| upstream calls \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const rows = table
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '));
  return new Map(
    rows.flatMap(([fields = '', calls = '']) => fields.split(', ').map((field) => [field.replaceAll('`', ''), calls])),
  );
}

/** What the fields of the schema declare; the types of events have the same declarations as their interface. */
function declared(): Map<string, string> {
  const types = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter((type) => !type.getInterfaces().some(({ name }) => name === 'ContactEvent'));
  return new Map(
    types.flatMap((type) =>
      Object.values(type.getFields()).flatMap((field): [string, string][] => {
        const cost = costOf(field);
        return cost === undefined || cost === costsNothing.cost ? [] : [[`${type.name}.${field.name}`, cost.text]];
      }),
    ),
  );
}

test('the table of costs in docs/limits.md says of each field what it declares in the schema', () => {
  const costs = declared();
  expect(costs.size).toBeGreaterThan(40);
  expect(Object.fromEntries(documented())).toEqual(Object.fromEntries(costs));
});
