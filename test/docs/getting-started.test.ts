// docs/getting-started.md answers the ten questions of the first day, and what it shows is valid.
import { readFileSync } from 'node:fs';
import { isObjectType, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const page = read('getting-started.md');

test('the page has ten questions', () => {
  expect([...page.matchAll(/^## (\d+)\. .*\?$/gm)].map(([, number]) => Number(number))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});

test('each example in GraphQL is valid for the schema', () => {
  const examples = [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(2);
  for (const text of examples) expect(validate(schema, parse(text))).toEqual([]);
});

test('the table of REST calls has each call of docs/upstream.md once, in its order, with fields that exist', () => {
  const calls = [...read('upstream.md').matchAll(/^\| \d+ \| `([A-Z]+ \/v[^`]+)` \|/gm)].map(([, call]) => call);
  const rows = [...page.matchAll(/^\| `([A-Z]+ \/v[^`]+)` \| (.*?) \|/gm)];
  expect(calls.length).toBeGreaterThan(15);
  expect(rows.map(([, call]) => call)).toEqual(calls);
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}),
  );
  for (const [, , cell = ''] of rows) {
    for (const [, text = ''] of cell.matchAll(/`(\w+(?:\.\w+)?)/g)) {
      const [name = '', field] = text.split('.');
      const type = schema.getType(name);
      expect(field === undefined ? roots.includes(name) : isObjectType(type) && field in type.getFields(), text).toBe(
        true,
      );
    }
  }
});
