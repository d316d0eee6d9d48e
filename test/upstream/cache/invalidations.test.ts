import { expect, test } from 'vitest';
import { fnv1aHash } from '../../../src/crypto/text-hash.ts';
import { createInvalidations } from '../../../src/upstream/cache/invalidations.ts';

const [x, y] = [fnv1aHash('x'), fnv1aHash('y')];

test('what began before its tag was forgotten is over, what begins then is not, and nothing else is', () => {
  const forgets = createInvalidations();
  const before = forgets.current();
  expect(forgets.isInvalidatedSince(x, before)).toBe(false);
  forgets.add('x');
  const after = forgets.current();
  expect([
    forgets.isInvalidatedSince(x, before),
    forgets.isInvalidatedSince(x, after),
    forgets.isInvalidatedSince(y, before),
  ]).toEqual([true, false, false]);
  forgets.add('y');
  expect([forgets.isInvalidatedSince(x, after), forgets.isInvalidatedSince(y, after)]).toEqual([false, true]);
});

test('when all are forgotten, all that began before is over', () => {
  const forgets = createInvalidations();
  const before = forgets.current();
  forgets.addAll();
  const after = forgets.current();
  expect([x, y].map((tag) => forgets.isInvalidatedSince(tag, before))).toEqual([true, true]);
  expect([x, y].map((tag) => forgets.isInvalidatedSince(tag, after))).toEqual([false, false]);
});

test('few tags are forgotten with another', () => {
  const forgets = createInvalidations();
  const before = forgets.current();
  for (let n = 0; n < 100; n += 1) forgets.add(`organization written-${n}`);
  const over = Array.from({ length: 10_000 }, (_, n) =>
    forgets.isInvalidatedSince(fnv1aHash(`organization read-${n}`), before),
  );
  expect(over.filter(Boolean).length).toBeLessThan(200);
});
