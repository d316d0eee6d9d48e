import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTickBatcher } from '../../src/async/tick-batcher.ts';

test('what comes in one turn is done in the next, in its order, a few at a time', async () => {
  const done: number[] = [];
  const add = createTickBatcher(3, (n: number) => done.push(n));
  for (const n of [1, 2, 3, 4, 5]) add(n);
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual([1, 2, 3]);
  await turn();
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

test('what comes later waits behind what waits already', async () => {
  const done: number[] = [];
  const add = createTickBatcher(1, (n: number) => done.push(n));
  add(1);
  add(2);
  await turn();
  add(3);
  await turn();
  expect(done).toEqual([1, 2]);
  await turn();
  expect(done).toEqual([1, 2, 3]);
  add(4);
  await turn();
  expect(done).toEqual([1, 2, 3, 4]);
});
