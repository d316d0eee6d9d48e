import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { coalescer, wait, work } from './support/coalescer.ts';

test('identical pending reads are one read, and all callers get the same object', async () => {
  const { start, resolve, seen } = work();
  const reads = Array.from({ length: 100 }, () => coalescer.share('a', 'tag', wait(), start));
  expect(reads.map(({ joined }) => joined)).toEqual([false, ...Array(99).fill(true)]);
  const answer = {};
  resolve(answer);
  for (const { result } of reads) expect(await result).toBe(answer);
  expect(seen).toHaveLength(1);
});

test('reads with different keys share nothing, also with the same tag', async () => {
  const [one, other] = [work(), work()];
  const first = coalescer.share('alice /x', 'tag', wait(), one.start);
  const second = coalescer.share('bob /x', 'tag', wait(), other.start);
  one.resolve({ of: 'alice' });
  other.resolve({ of: 'bob' });
  expect([await first.result, await second.result]).toEqual([{ of: 'alice' }, { of: 'bob' }]);
  expect(second.joined).toBe(false);
});

test('all callers get the same failure, and the next read starts anew', async () => {
  const failure = new Error('broken');
  const { start, reject } = work();
  const reads = [1, 2, 3].map(() => coalescer.share('a', 'tag', wait(), start));
  reject(failure);
  for (const { result } of reads) await expect(result).rejects.toBe(failure);
  expect(coalescer.share('a', 'tag', wait(), work().start).joined).toBe(false);
});

test('an exception of the start function becomes a rejection, and the read is not joined', async () => {
  const broken = () => {
    throw new Error('at once');
  };
  await expect(coalescer.share('a', 'tag', wait(), broken).result).rejects.toThrow('at once');
  expect(coalescer.size).toBe(0);
});

test('the shared deadline is the latest deadline of the callers that wait', async () => {
  const { start, seen, resolve } = work();
  const [short, long] = [wait(100), wait(300)];
  const first = coalescer.share('a', 'tag', short, start);
  expect(seen[0]?.endsAt()).toBe(100);
  const second = coalescer.share('a', 'tag', long, start);
  expect(seen[0]?.endsAt()).toBe(300);
  long.leave();
  expect(seen[0]?.endsAt()).toBe(100);
  resolve({});
  await Promise.allSettled([first.result, second.result]);
});

describe('an invalidated read continues and is not joined', () => {
  test('an invalidated read settles for the callers that wait, and later callers start a new one', async () => {
    const [before, after] = [work(), work()];
    const first = coalescer.share('a', 'tag', wait(), before.start);
    const bystander = coalescer.share('b', 'other', wait(), before.start);
    coalescer.invalidate('tag');
    const second = coalescer.share('a', 'tag', wait(), after.start);
    expect(second.joined).toBe(false);
    expect(coalescer.share('b', 'other', wait(), before.start).joined).toBe(true);
    before.resolve({ of: 'before' });
    expect([await first.result, await bystander.result]).toEqual([{ of: 'before' }, { of: 'before' }]);
    // The end of the invalidated read does not remove the new read.
    expect(coalescer.share('a', 'tag', wait(), after.start).joined).toBe(true);
    after.resolve({ of: 'after' });
    expect(await second.result).toEqual({ of: 'after' });
  });

  test('an invalidated read whose callers have all left is aborted, and the new read continues', async () => {
    const [before, after] = [work(), work()];
    const leaving = wait();
    const first = coalescer.share('a', 'tag', leaving, before.start);
    coalescer.invalidate();
    const second = coalescer.share('a', 'tag', wait(), after.start);
    leaving.leave();
    expect(before.seen[0]?.signal.aborted).toBe(true);
    expect(coalescer.share('a', 'tag', wait(), after.start).joined).toBe(true);
    after.resolve({});
    await Promise.allSettled([first.result, second.result]);
  });
});

test('no pending read and no abort listener remains, however a read ends', async () => {
  const waiters = Array.from({ length: 6 }, () => wait());
  const [good, bad, left] = [work(), work(), work()];
  const results = waiters.map((waiter, at) => {
    const { start } = [good, bad, left][at % 3] ?? good;
    return coalescer.share(`key ${at % 3}`, 'tag', waiter, start).result;
  });
  expect(coalescer.size).toBe(3);
  expect(waiters.map(({ signal }) => getEventListeners(signal, 'abort').length)).toEqual(Array(6).fill(1));
  good.resolve({});
  bad.reject(new Error('broken'));
  for (const waiter of [waiters[2], waiters[5]]) waiter?.leave();
  await Promise.allSettled(results);
  expect(coalescer.size).toBe(0);
  expect(waiters.map(({ signal }) => getEventListeners(signal, 'abort').length)).toEqual(Array(6).fill(0));
});
