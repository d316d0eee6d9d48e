import { getEventListeners } from 'node:events';
import process from 'node:process';
import { setImmediate as tick } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientGone, UpstreamTimeout } from '../../../src/errors.ts';
import { type CallDeadline, type Coalescer, createCoalescer } from '../../../src/upstream/cache/coalescer.ts';

const timedOut = new DOMException('over', 'TimeoutError');

/** The deadline of a caller; `leave` aborts its signal. */
function wait(endsAt = 0) {
  const leaving = new AbortController();
  const { signal } = leaving;
  return { signal, endsAt: () => endsAt, leave: (reason?: unknown) => leaving.abort(reason) };
}

/** A read that the test settles; `seen` holds the deadlines with which it was started. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<object>();
  const seen: CallDeadline[] = [];
  const start = (shared: CallDeadline) => {
    seen.push(shared);
    return promise;
  };
  return { start, resolve, reject, seen };
}

let coalescer: Coalescer;
beforeEach(() => {
  coalescer = createCoalescer();
});

const unhandled: unknown[] = [];
const recordUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', recordUnhandled));
afterEach(async () => {
  await tick();
  await tick();
  process.off('unhandledRejection', recordUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

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

describe('a caller that aborts leaves the shared read', () => {
  test.each([
    ['its client leaves', undefined, ClientGone],
    ['its deadline passes', timedOut, UpstreamTimeout],
  ])(
    'a caller that aborts because %s is rejected at once, and the other callers continue to wait',
    async (_, reason, error) => {
      const { start, resolve, seen } = work();
      const leaving = wait();
      const first = coalescer.share('a', 'tag', leaving, start);
      const second = coalescer.share('a', 'tag', wait(), start);
      leaving.leave(reason);
      await expect(first.result).rejects.toThrow(error);
      expect(seen[0]?.signal.aborted).toBe(false);
      resolve({ whole: true });
      expect(await second.result).toEqual({ whole: true });
    },
  );

  test('a caller that started the same read twice leaves both with one abort', async () => {
    const { start, seen } = work();
    const leaving = wait();
    const reads = [1, 2].map(() => coalescer.share('a', 'tag', leaving, start));
    leaving.leave();
    for (const { result } of reads) await expect(result).rejects.toThrow(ClientGone);
    expect(seen[0]?.signal.aborted).toBe(true);
  });

  test('a caller that aborts leaves no objects in memory', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    async function leaveOften(times: number): Promise<number> {
      for (let time = 0; time < times; time += 1) {
        const leaving = wait();
        const { result } = coalescer.share('a', 'tag', leaving, work().start);
        leaving.leave();
        await result.catch(() => undefined);
      }
      collect();
      return process.memoryUsage().heapUsed;
    }
    const before = await leaveOften(1_000);
    const bytesOfOne = ((await leaveOften(20_000)) - before) / 20_000;
    expect(bytesOfOne).toBeLessThan(50);
  });

  test('a caller that has already aborted starts no read', async () => {
    const { start, seen } = work();
    const gone = wait();
    gone.leave(timedOut);
    await expect(coalescer.share('a', 'tag', gone, start).result).rejects.toThrow(UpstreamTimeout);
    expect([seen.length, coalescer.size]).toEqual([0, 0]);
  });

  test('a caller that has already aborted joins no read', async () => {
    const { start, resolve } = work();
    const first = coalescer.share('a', 'tag', wait(), start);
    const gone = wait();
    gone.leave();
    const late = coalescer.share('a', 'tag', gone, start);
    expect(late.joined).toBe(false);
    await expect(late.result).rejects.toThrow(ClientGone);
    resolve({});
    await first.result;
  });

  test.each([timedOut, new Error('gone')])(
    'the last caller that aborts ends the read with its own reason: %s',
    async (reason) => {
      const { start, reject, seen } = work();
      const [first, last] = [wait(), wait()];
      const results = [first, last].map((waiter) => coalescer.share('a', 'tag', waiter, start).result);
      first.leave(new Error('another reason'));
      expect(seen[0]?.signal.aborted).toBe(false);
      last.leave(reason);
      expect(seen[0]?.signal.reason).toBe(reason);
      reject(new Error('no caller gets this'));
      expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    },
  );

  test('an aborted read is not joined in the same tick, not even by a listener of its own abort', async () => {
    const { start, seen } = work();
    const next = work();
    const leaving = wait();
    const first = coalescer.share('a', 'tag', leaving, start);
    let early: boolean | undefined;
    seen[0]?.signal.addEventListener('abort', () => {
      early = coalescer.share('a', 'tag', wait(), next.start).joined;
    });
    leaving.leave();
    expect(early).toBe(false);
    const late = coalescer.share('a', 'tag', wait(), next.start);
    expect(late.joined).toBe(true);
    next.resolve({ anew: true });
    expect(await late.result).toEqual({ anew: true });
    await expect(first.result).rejects.toThrow(ClientGone);
  });

  test('a caller that aborts after the read has resolved still gets the result', async () => {
    const { start, resolve } = work();
    const leaving = wait();
    const { result } = coalescer.share('a', 'tag', leaving, start);
    resolve({ whole: true });
    await tick();
    leaving.leave();
    expect(await result).toEqual({ whole: true });
  });
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
