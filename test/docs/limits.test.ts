import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentSchema } from '../../src/config/environment.ts';

const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');

/** The rows of the tables whose last column is `test`, as lists of cells. */
const rows = page
  .split('\n\n')
  .filter((block) => /^\|.*\| test \|\n/.test(block))
  .flatMap((block) => block.trimEnd().split('\n').slice(2))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

test('each limit in docs/limits.md names an existing file that tests it', () => {
  expect(rows.length).toBeGreaterThan(50);
  const untested = rows.filter((cells) => {
    const [, file] = /^`([\w/-]+)`$/.exec(cells.at(-1) ?? '') ?? [];
    return file === undefined || !existsSync(new URL(`../${file}.test.ts`, import.meta.url));
  });
  expect(untested.map(([name]) => name)).toEqual([]);
});

test('docs/limits.md names each variable that sets a maximum or a number of bytes', () => {
  const limits = Object.keys(environmentSchema.shape).filter((name) => /^MAX_|_MAX$|_BYTES$/.test(name));
  expect(limits.length).toBeGreaterThan(5);
  expect(limits.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
