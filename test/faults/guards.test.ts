import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { guards } from '../../src/upstream/resilience/chain.ts';

const document = readFileSync('docs/resilience-guards.md', 'utf8');
const rows = [...document.matchAll(/^\| (?<guard>.+?) \| .+? \| `(?<file>\S+)`: (?<title>.+) \|$/gm)].map(
  ({ groups }) => ({
    ...{ guard: groups?.['guard'] ?? '', file: groups?.['file'] ?? '', title: groups?.['title'] ?? '' },
  }),
);

test('each guard that can be switched off is in the table of guards', () => {
  expect(rows.map(({ guard }) => guard)).toEqual(expect.arrayContaining(guards.map((guard) => `\`${guard}\``)));
});

test.each(rows)('the test of $guard is there', ({ file, title }) => {
  const text = readFileSync(file, 'utf8');
  // A row of a table has its number apart from its title.
  for (const part of title.split(': ')) expect(text).toContain(part);
});
