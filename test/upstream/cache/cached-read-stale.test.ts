import { beforeEach, describe, expect, test } from 'vitest';
import { Forbidden, NotFound, Unauthenticated, UpstreamUnavailable } from '../../../src/errors.ts';
import { createCachedReads } from '../../../src/upstream/cache/cached-read.ts';
import type { CallDeadline } from '../../../src/upstream/cache/coalescer.ts';
import { cache, calls, failing, later, policy, reads, request, saying, upstream } from './support/cached-reads.ts';

describe('a response that is no longer fresh is stale and is refreshed', () => {
  beforeEach(async () => {
    await reads.read(request());
    await later(1_500);
    saying('second');
  });

  test('fifty reads of a stale response are served that response, and one call refreshes it', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => reads.read(request())));
    expect(answers).toEqual(Array(50).fill({ value: 'first', origin: 'stale', ageMs: 1_500 }));
    await later(0);
    expect(calls).toBe(2);
    expect(await reads.read(request())).toEqual({ value: 'second', origin: 'cache', ageMs: 0 });
  });

  test('one call refreshes a stale response also without a coalescer', async () => {
    const reads = createCachedReads({ cache, policy });
    await Promise.all(Array.from({ length: 50 }, () => reads.read(request())));
    expect(calls).toBe(2);
  });

  test('a stale response is served until its end if the refresh fails', async () => {
    failing(new UpstreamUnavailable('down'));
    await reads.read(request());
    await later(1_000);
    expect(await reads.read(request())).toMatchObject({ value: 'first', origin: 'stale', ageMs: 2_500 });
    await later(0);
    expect(calls).toBe(3);
  });

  test('a refresh has a time limit, after which another one can start', async () => {
    let shared: CallDeadline | undefined;
    upstream.says = (waiter) => {
      shared = waiter;
      return new Promise((_, reject) => waiter.signal.addEventListener('abort', () => reject(waiter.signal.reason)));
    };
    const endsAt = performance.now() + 10_000;
    await reads.read(request({ deadline: { signal: new AbortController().signal, endsAt: () => 0 } }));
    expect(shared?.endsAt()).toBe(endsAt);
    await later(9_999);
    expect(shared?.signal.aborted).toBe(false);
    await later(1);
    expect(shared?.signal.reason).toMatchObject({ name: 'TimeoutError' });
    saying('third');
    expect(await reads.read(request())).toMatchObject({ value: 'third' });
  });

  test.each([new Forbidden('no'), new Unauthenticated('who'), new NotFound('gone')])(
    'a stale response is no longer served after its refresh failed with %s',
    async (error) => {
      failing(error);
      expect(await reads.read(request())).toMatchObject({ origin: 'stale' });
      await later(0);
      await expect(reads.read(request())).rejects.toThrow(error.message);
    },
  );

  test('a read that must be fresh is not served a stale response', async () => {
    expect(await reads.read(request({ mustBeFresh: true }))).toMatchObject({ value: 'second', origin: 'upstream' });
  });
});
