import { expect, test } from 'vitest';
import { createForgets } from '../../../src/upstream/resilience/forgets.ts';
import { hashOf } from '../../../src/upstream/resilience/text-hash.ts';

const [x, y] = [hashOf('x'), hashOf('y')];

test('what began before its tag was forgotten is over, what begins then is not, and nothing else is', () => {
  const forgets = createForgets();
  const before = forgets.mark();
  expect(forgets.isOver(x, before)).toBe(false);
  forgets.add('x');
  const after = forgets.mark();
  expect([forgets.isOver(x, before), forgets.isOver(x, after), forgets.isOver(y, before)]).toEqual([
    true,
    false,
    false,
  ]);
  forgets.add('y');
  expect([forgets.isOver(x, after), forgets.isOver(y, after)]).toEqual([false, true]);
});

test('when all are forgotten, all that began before is over', () => {
  const forgets = createForgets();
  const before = forgets.mark();
  forgets.addAll();
  const after = forgets.mark();
  expect([x, y].map((tag) => forgets.isOver(tag, before))).toEqual([true, true]);
  expect([x, y].map((tag) => forgets.isOver(tag, after))).toEqual([false, false]);
});

test('few tags are forgotten with another', () => {
  const forgets = createForgets();
  const before = forgets.mark();
  for (let n = 0; n < 100; n += 1) forgets.add(`organization written-${n}`);
  const over = Array.from({ length: 10_000 }, (_, n) => forgets.isOver(hashOf(`organization read-${n}`), before));
  expect(over.filter(Boolean).length).toBeLessThan(200);
});
