import { expect, test } from 'vitest';
import { FairQueue } from '../../src/async/fair-queue.ts';
import { FifoQueue } from '../../src/async/fifo-queue.ts';

/** Items named by their owner and number: `a1`, `a2`, `b1`. */
function queueOf(...items: string[]) {
  const queue = new FairQueue<string, string>(
    (item) => item.slice(0, 1),
    () => new FifoQueue(),
  );
  for (const item of items) queue.push(item);
  return queue;
}

function drain(queue: FairQueue<string, string>, may?: (owner: string) => boolean) {
  const drained: string[] = [];
  for (let item = queue.shift(may); item !== undefined; item = queue.shift(may)) drained.push(item);
  return drained;
}

test('items are served in rotation over their owners, and in order within an owner', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1', 'b2', 'c1');
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect(queue.size).toBe(0);
});

test('an owner keeps its position in the rotation when other owners join', () => {
  const queue = queueOf('a1', 'a2', 'b1');
  expect(queue.shift()).toBe('a1');
  queue.push('c1');
  expect(drain(queue)).toEqual(['b1', 'a2', 'c1']);
});

test('an owner that may not be served is skipped and keeps its position', () => {
  const queue = queueOf('a1', 'b1', 'b2');
  expect(drain(queue, (owner) => owner !== 'a')).toEqual(['b1', 'b2']);
  expect(queue.has('a')).toBe(true);
  expect(drain(queue)).toEqual(['a1']);
  expect(queue.has('a')).toBe(false);
});

test('an item can be removed from any position of the queue, and only once', () => {
  const queue = queueOf('a1', 'a2', 'a3');
  expect([queue.remove('a2'), queue.remove('a2'), queue.remove('b1')]).toEqual([true, false, false]);
  expect(queue.size).toBe(2);
  expect(drain(queue)).toEqual(['a1', 'a3']);
});

test('the oldest items of each owner are removed as long as they are over, and none behind one that is not', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1', 'c1');
  const over = new Set(['a1', 'a3', 'b1']);
  expect(queue.removeOver((item) => over.has(item))).toEqual(['a1', 'b1']);
  expect([queue.size, queue.has('b')]).toEqual([3, false]);
  expect(drain(queue)).toEqual(['a2', 'c1', 'a3']);
});

test('an item in a queue of thousands keeps its position while others are served and removed', () => {
  const names = Array.from({ length: 2_500 }, (_, n) => `a${n}`);
  const queue = queueOf(...names, 'b0');
  const served = names.slice(0, 1_200).map(() => queue.shift((owner) => owner === 'a'));
  expect(served).toEqual(names.slice(0, 1_200));
  expect([queue.remove('a1199'), queue.remove('a2000'), queue.remove('a1200')]).toEqual([false, true, true]);
  expect(queue.size).toBe(1_299);
  expect(drain(queue)).toEqual(['b0', ...names.slice(1_201).filter((name) => name !== 'a2000')]);
});
