// docs/schema.md has all types of the schema, and says what a client developer needs to know of each.
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { toSchemaPage } from '../../scripts/schema-page/schema-page.ts';
import { schema } from '../../src/schema/index.ts';

test('docs/schema.md is the page of the schema', () => {
  const page = readFileSync(new URL('../../docs/schema.md', import.meta.url), 'utf8');
  expect(page, 'docs/schema.md is stale: renew it with "npm run schema"').toBe(toSchemaPage(schema));
});

test('the page of a schema has descriptions on one line, default values, deprecations, and links to types', () => {
  const page = toSchemaPage(
    buildSchema(`
      "A row | of a list."
      type Row { id: ID! @deprecated(reason: "Use key."), key: [Kind!]! }
      enum Kind { A, "No longer used." B @deprecated(reason: "Use A.") }
      input Filter @oneOf { kind: Kind, text: String }
      interface Node { id: ID! }
      """
      Where to
      begin.
      """
      type Query implements Node { id: ID!, rows(first: Int! = 20, filter: Filter): Row }
    `),
  );
  const lines = page.split('\n');
  expect(lines).toContain('A row \\| of a list.');
  expect(lines).toContain('Where to begin.');
  expect(lines).toContain('Implements [`Node`](#node).');
  expect(lines).toContain('Possible types: [`Query`](#query).');
  expect(lines).toContain('Exactly one of the fields is required.');
  expect(lines).toContain('| ↳ `first` | `Int!` = `20` |  |');
  expect(lines).toContain('| ↳ `filter` | [`Filter`](#filter) |  |');
  expect(lines).toContain('| `id` | `ID!` | **Deprecated:** Use key. |');
  expect(lines).toContain('| `key` | `[`[`Kind`](#kind)`!]!` |  |');
  expect(lines).toContain('| `B` | **Deprecated:** Use A. No longer used. |');
});
