import { setImmediate as nextTick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTickBatcher } from '../../src/async/tick-batcher.ts';

test('items of one tick are processed in the next, in their order, with a maximum per tick', async () => {
  const done: number[] = [];
  const add = createTickBatcher(3, (n: number) => done.push(n));
  for (const n of [1, 2, 3, 4, 5]) add(n);
  expect(done).toEqual([]);
  await nextTick();
  expect(done).toEqual([1, 2, 3]);
  await nextTick();
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

test('items that are added later are processed after those that already wait', async () => {
  const done: number[] = [];
  const add = createTickBatcher(1, (n: number) => done.push(n));
  add(1);
  add(2);
  await nextTick();
  add(3);
  await nextTick();
  expect(done).toEqual([1, 2]);
  await nextTick();
  expect(done).toEqual([1, 2, 3]);
  add(4);
  await nextTick();
  expect(done).toEqual([1, 2, 3, 4]);
});
