import { expect, test } from 'vitest';
import { fnv1aHash } from '../../../src/crypto/text-hash.ts';
import { createInvalidations } from '../../../src/upstream/cache/invalidations.ts';

const [x, y] = [fnv1aHash('x'), fnv1aHash('y')];

test('an invalidation of a tag concerns the reads of that tag that began before it, and no others', () => {
  const invalidations = createInvalidations();
  const before = invalidations.current();
  expect(invalidations.isInvalidatedSince(x, before)).toBe(false);
  invalidations.add('x');
  const after = invalidations.current();
  expect([
    invalidations.isInvalidatedSince(x, before),
    invalidations.isInvalidatedSince(x, after),
    invalidations.isInvalidatedSince(y, before),
  ]).toEqual([true, false, false]);
  invalidations.add('y');
  expect([invalidations.isInvalidatedSince(x, after), invalidations.isInvalidatedSince(y, after)]).toEqual([
    false,
    true,
  ]);
});

test('an invalidation of all tags concerns every read that began before it, and no later one', () => {
  const invalidations = createInvalidations();
  const before = invalidations.current();
  invalidations.addAll();
  const after = invalidations.current();
  expect([x, y].map((tag) => invalidations.isInvalidatedSince(tag, before))).toEqual([true, true]);
  expect([x, y].map((tag) => invalidations.isInvalidatedSince(tag, after))).toEqual([false, false]);
});

test('an invalidation of a tag also invalidates few other tags, whose hashes collide', () => {
  const invalidations = createInvalidations();
  const before = invalidations.current();
  for (let n = 0; n < 100; n += 1) invalidations.add(`organization written-${n}`);
  const over = Array.from({ length: 10_000 }, (_, n) =>
    invalidations.isInvalidatedSince(fnv1aHash(`organization read-${n}`), before),
  );
  expect(over.filter(Boolean).length).toBeLessThan(200);
});
