import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../../src/upstream/client/errors.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['120', 120],
  ['0', 0],
  ['-5', 0],
  ['1000000000', 1_000_000_000],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('a Retry-After header of %j means %j seconds', (header, seconds) => {
  expect(parseRetryAfter(header, now)).toBe(seconds);
});
