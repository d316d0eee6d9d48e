import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readMeasured } from '../../bench/scale/measured.ts';
import { replaceTables, tablesOf } from '../../bench/scale/tables.ts';

const page = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');

test('the tables of docs/scale.md are those of the model: npm run bench:scale -- --docs', () => {
  expect(replaceTables(page, tablesOf(readMeasured()))).toBe(page);
});

test('a table that has no place in the page is an error', () => {
  expect(() => replaceTables('', { steps: '' })).toThrow('no place for the table steps');
});
