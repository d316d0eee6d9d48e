// The examples of docs/clients.md give each scalar the type that the table gives it, with which the tests are compiled.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scalars } from './scalars.ts';

const page = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');

test.each([
  ['GraphQL Code Generator', /^ {10}(\w+): '(.*)',$/gm],
  ['gql.tada', /^ {4}(\w+): (.*);$/gm],
  ['Relay', /^ {4}"(\w+)": "(.*)",?$/gm],
])('the section %s has the types of the table', (title, pattern) => {
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  expect(Object.fromEntries([...section.matchAll(pattern)].map(([, name, type]) => [name, type]))).toEqual(scalars);
});
