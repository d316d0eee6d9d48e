import { describe, expect, test } from 'vitest';
import { createFairQueue } from '../../../src/upstream/resilience/fair-queue.ts';

/** Items named by their owner and number: `a1`, `a2`, `b1`. */
function queueOf(maxSize: number, ...items: string[]) {
  const queue = createFairQueue<string, string>(maxSize);
  return { queue, lost: items.map((item) => queue.push(ownerOf(item), item)) };
}

const ownerOf = (item: string) => item.slice(0, 1);

function drain(queue: ReturnType<typeof queueOf>['queue'], may: (owner: string) => boolean = () => true) {
  const drained: string[] = [];
  for (let item = queue.shift(may); item !== undefined; item = queue.shift(may)) drained.push(item);
  return drained;
}

describe('the fair queue serves owners in rotation', () => {
  test('items are served in rotation over their owners, and in order within an owner', () => {
    const { queue } = queueOf(9, 'a1', 'a2', 'a3', 'b1', 'b2', 'c1');
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(queue.size).toBe(0);
  });

  test('an owner keeps its position in the rotation when other owners join', () => {
    const { queue } = queueOf(9, 'a1', 'a2', 'b1');
    expect(queue.shift(() => true)).toBe('a1');
    queue.push('c', 'c1');
    expect(drain(queue)).toEqual(['b1', 'a2', 'c1']);
  });

  test('an owner that may not be served is skipped and keeps its position', () => {
    const { queue } = queueOf(9, 'a1', 'b1', 'b2');
    expect(drain(queue, (owner) => owner !== 'a')).toEqual(['b1', 'b2']);
    expect(queue.has('a')).toBe(true);
    expect(drain(queue)).toEqual(['a1']);
    expect(queue.has('a')).toBe(false);
  });

  test('an item can be removed from any position of the queue, and only once', () => {
    const { queue } = queueOf(9, 'a1', 'a2', 'a3');
    expect([queue.remove('a', 'a2'), queue.remove('a', 'a2'), queue.remove('b', 'b1')]).toEqual([true, false, false]);
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual(['a1', 'a3']);
  });

  test('an item in a queue of thousands keeps its position while others are served and removed', () => {
    const names = Array.from({ length: 2_500 }, (_, n) => `a${n}`);
    const { queue } = queueOf(5_000, ...names, 'b0');
    const served = names.slice(0, 1_200).map(() => queue.shift((owner) => owner === 'a'));
    expect(served).toEqual(names.slice(0, 1_200));
    expect([queue.oldest('a'), queue.oldest('b'), queue.oldest('c')]).toEqual(['a1200', 'b0', undefined]);
    expect([queue.remove('a', 'a1199'), queue.remove('a', 'a2000'), queue.remove('a', 'a1200')]).toEqual([
      ...[false, true, true],
    ]);
    expect([queue.size, queue.owners()]).toEqual([1_299, ['b', 'a']]);
    expect(drain(queue)).toEqual(['b0', ...names.slice(1_201).filter((name) => name !== 'a2000')]);
  });
});

describe('a full queue rejects an item', () => {
  test('a full queue replaces the newest item of the owner with the most items by one of an owner with fewer', () => {
    const { queue, lost } = queueOf(4, 'a1', 'b1', 'b2', 'b3', 'a2', 'c1');
    expect(lost).toEqual([undefined, undefined, undefined, undefined, 'b3', 'a2']);
    expect(queue.size).toBe(4);
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'b2']);
  });

  test.each([
    ['whose owner has the most items', ['a1', 'a2', 'a3', 'a4']],
    ['whose owner would then have as many items as the largest', ['a1', 'a2', 'b1', 'b2']],
    ['when each owner has one item', ['a1', 'b1', 'c1', 'd1']],
  ])('a full queue rejects a new item %s', (_, items) => {
    const { queue, lost } = queueOf(3, ...items);
    expect(lost.at(-1)).toBe(items.at(-1));
    expect(drain(queue).sort()).toEqual(items.slice(0, 3));
  });

  test('a queue with a size of zero rejects every item', () => {
    const { queue, lost } = queueOf(0, 'a1');
    expect(lost).toEqual(['a1']);
    expect(queue.size).toBe(0);
  });
});
