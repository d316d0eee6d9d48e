import process from 'node:process';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ClientGone, UpstreamTimeout } from '../../../src/errors.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';
import { coalescer, wait, work } from './support/coalescer.ts';

const timedOut = new DOMException('over', 'TimeoutError');

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
    async function leaveOften(times: number): Promise<number> {
      for (let time = 0; time < times; time += 1) {
        const leaving = wait();
        const { result } = coalescer.share('a', 'tag', leaving, work().start);
        leaving.leave();
        await result.catch(() => undefined);
      }
      collectGarbage();
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
