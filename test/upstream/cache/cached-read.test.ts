import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  BadUserInput,
  ClientGone,
  Conflict,
  Forbidden,
  Gone,
  NotFound,
  Overloaded,
  RateLimited,
  Unauthenticated,
  UpstreamAuth,
  UpstreamBadResponse,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../../src/errors.ts';
import { createCache } from '../../../src/upstream/cache/cache.ts';
import { createCachedReads } from '../../../src/upstream/cache/cached-read.ts';
import { type CallDeadline, createCoalescer } from '../../../src/upstream/cache/coalescer.ts';
import type { ReadRequest } from '../../../src/upstream/cache/read-through.ts';

const rule = { freshMs: 1_000, staleMs: 2_000, errorMs: 10_000, absentMs: 500 };
const policy = { contact: rule, events: rule, devices: rule, accountings: { ...rule, staleMs: 0 } };
const off = { freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 0 };

/** The response of the upstream, and the number of calls. */
let says: (shared: CallDeadline) => Promise<string>;
let calls = 0;
function request(changes: Partial<ReadRequest<string>> = {}): ReadRequest<string> {
  return {
    key: 'alice /x',
    tag: 'x',
    resource: 'contact',
    deadline: { signal: new AbortController().signal, endsAt: () => Number.POSITIVE_INFINITY },
    mustBeFresh: false,
    async fetch(shared) {
      calls += 1;
      const value = await says(shared);
      return { bytes: Buffer.from(value), json: value };
    },
    decode: String,
    ...changes,
  };
}
const saying = (value: string) => {
  says = async () => value;
};
const failing = (error: Error) => {
  says = async () => {
    throw error;
  };
};

let cache = createCache({ maxBytes: 1_000_000 });
let coalescer = createCoalescer();
let reads = createCachedReads({ coalescer, cache, policy });
const unhandled = vi.fn();
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
  });
  vi.advanceTimersByTime(60_000); // The clock must not start at the time of the read.
  calls = 0;
  saying('first');
  cache = createCache({ maxBytes: 1_000_000 });
  coalescer = createCoalescer();
  reads = createCachedReads({ coalescer, cache, policy });
  process.on('unhandledRejection', unhandled);
});
afterEach(async () => {
  await new Promise(setImmediate);
  expect(vi.getTimerCount()).toBe(0);
  expect(coalescer.size).toBe(0);
  vi.useRealTimers();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('a cached response is served with its age until it is no longer fresh', async () => {
  expect(await reads.read(request())).toEqual({ value: 'first', origin: 'upstream', ageMs: 0 });
  await later(999);
  expect(await reads.read(request())).toEqual({ value: 'first', origin: 'cache', ageMs: 999 });
  expect(calls).toBe(1);
});

test('the age of a response counts from its request', async () => {
  says = () => new Promise((resolve) => setTimeout(resolve, 400, 'slow'));
  const first = reads.read(request());
  await later(400);
  expect(await first).toEqual({ value: 'slow', origin: 'upstream', ageMs: 400 });
  expect(await reads.read(request())).toMatchObject({ origin: 'cache', ageMs: 400 });
});

test('no caller gets what was read for another caller', async () => {
  const asked = ['alice', 'bob'].flatMap((caller) =>
    Array.from({ length: 100 }, () =>
      reads.read(request({ key: `${caller} /x`, fetch: async () => ({ bytes: Buffer.from(caller), json: caller }) })),
    ),
  );
  const values = (await Promise.all(asked)).map(({ value }) => value);
  expect(values).toEqual([...Array(100).fill('alice'), ...Array(100).fill('bob')]);
  const again = ['alice', 'bob'].map((caller) => reads.read(request({ key: `${caller} /x` })));
  expect((await Promise.all(again)).map(({ value }) => value)).toEqual(['alice', 'bob']);
});

test('a read joins a pending read of the same key', async () => {
  const answers = await Promise.all([reads.read(request()), reads.read(request())]);
  expect(answers.map(({ origin }) => origin)).toEqual(['upstream', 'shared']);
  expect(calls).toBe(1);
});

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
    reads = createCachedReads({ cache, policy });
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
    says = (waiter) => {
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

describe('a response that is no longer stale is kept for a failure of the upstream', () => {
  beforeEach(async () => {
    await reads.read(request());
    await later(5_000);
  });

  test.each([
    new UpstreamUnavailable('down'),
    new UpstreamTimeout('slow'),
    new UpstreamBadResponse('odd'),
    new RateLimited('busy', 1),
    new Overloaded('full'),
  ])('an expired response is served when the upstream fails with %s', async (error) => {
    failing(error);
    expect(await reads.read(request())).toEqual({ value: 'first', origin: 'stale', ageMs: 5_000 });
    expect(calls).toBe(2);
    await later(6_000);
    await expect(reads.read(request())).rejects.toBe(error);
  });

  test.each([
    new Forbidden('no'),
    new Unauthenticated('who'),
    new UpstreamAuth('whose'),
    new NotFound('none'),
    new Gone('gone'),
    new Conflict('no'),
    new BadUserInput('what'),
    new ClientGone('left'),
    new Error('a mistake'),
  ])('an expired response is not served when the read fails with %s', async (error) => {
    failing(error);
    await expect(reads.read(request())).rejects.toBe(error);
  });

  test.each([new Forbidden('no'), new Unauthenticated('who'), new NotFound('none')])(
    'an expired response is dropped after the upstream answered with %s',
    async (error) => {
      failing(error);
      await expect(reads.read(request())).rejects.toBe(error);
      await later(500);
      failing(new UpstreamUnavailable('down'));
      await expect(reads.read(request())).rejects.toThrow(UpstreamUnavailable);
    },
  );

  test('a read that must be fresh fails when the upstream fails', async () => {
    failing(new UpstreamUnavailable('down'));
    await expect(reads.read(request({ mustBeFresh: true }))).rejects.toThrow(UpstreamUnavailable);
  });

  test('when the upstream hangs, a read whose deadline passes is served the expired response, and a read whose client leaves fails', async () => {
    says = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    for (const [reason, outcome] of [
      [new DOMException('over', 'TimeoutError'), { value: 'first' }],
      [new Error('left'), undefined],
    ] as const) {
      const leaving = new AbortController();
      const read = reads.read(request({ deadline: { signal: leaving.signal, endsAt: () => 0 } }));
      leaving.abort(reason);
      if (outcome === undefined) await expect(read).rejects.toThrow(ClientGone);
      else expect(await read).toMatchObject(outcome);
    }
  });

  test('a read that fails is served the newer response that another read stored in the meantime', async () => {
    let fail: (error: Error) => void = () => undefined;
    says = () =>
      new Promise((_, reject) => {
        fail = reject;
      });
    const read = reads.read(request());
    await later(0);
    saying('second');
    await reads.read(request({ mustBeFresh: true }));
    await later(10);
    fail(new UpstreamUnavailable('down'));
    expect(await read).toEqual({ value: 'second', origin: 'cache', ageMs: 10 });
  });

  test('a read that fails after a write is not served a response from before the write', async () => {
    let fail: (error: Error) => void = () => undefined;
    says = () =>
      new Promise((_, reject) => {
        fail = reject;
      });
    const read = reads.read(request());
    await reads.invalidate('x');
    fail(new UpstreamUnavailable('down'));
    await expect(read).rejects.toThrow(UpstreamUnavailable);
  });
});

test('a NotFound error is cached without its stack, which would keep the objects of all callers in memory', async () => {
  failing(new NotFound('none'));
  await expect(reads.read(request())).rejects.toThrow(NotFound);
  expect(cache.get('alice /x', String)).toMatchObject({ value: { message: 'none', stack: '' } });
});

test('a NotFound error is cached for a short time', async () => {
  failing(new NotFound('none'));
  const first = await reads.read(request()).catch((error: unknown) => error);
  await later(499);
  const second = await reads.read(request()).catch((error: unknown) => error);
  expect(second).toBeInstanceOf(NotFound);
  expect(second).not.toBe(first);
  expect(calls).toBe(1);
  saying('created');
  await later(1);
  expect(await reads.read(request())).toMatchObject({ value: 'created' });
});

test('a cached NotFound error is not served in place of a failure of the upstream', async () => {
  let fail: (error: Error) => void = () => undefined;
  says = () =>
    new Promise((_, reject) => {
      fail = reject;
    });
  const read = reads.read(request());
  await later(0);
  failing(new NotFound('none'));
  await expect(reads.read(request({ mustBeFresh: true }))).rejects.toThrow(NotFound);
  fail(new UpstreamUnavailable('down'));
  await expect(read).rejects.toThrow(UpstreamUnavailable);
});

test('errors other than NotFound are not cached', async () => {
  for (const error of [new UpstreamUnavailable('down'), new Forbidden('no'), new Gone('gone')]) {
    failing(error);
    await expect(reads.read(request())).rejects.toBe(error);
  }
  expect(calls).toBe(3);
  expect(cache.usage.answers).toBe(0);
});

describe('a write invalidates the cached responses about its contact', () => {
  test('after a write no response from before it is served, joined or cached, for any caller', async () => {
    await reads.read(request({ key: 'bob /x' }));
    let answer: (value: string) => void = () => undefined;
    says = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const before = reads.read(request());
    await reads.invalidate('x');
    saying('after');
    expect(await reads.read(request())).toMatchObject({ value: 'after', origin: 'upstream' });
    expect(await reads.read(request({ key: 'bob /x' }))).toMatchObject({ value: 'after', origin: 'upstream' });
    answer('before');
    expect(await before).toMatchObject({ value: 'before' });
    expect(await reads.read(request())).toMatchObject({ value: 'after', origin: 'cache' });
  });

  test('after a write the cached responses about other contacts are still served', async () => {
    await reads.read(request());
    await reads.invalidate('y');
    expect(await reads.read(request())).toMatchObject({ origin: 'cache' });
  });
});

describe('a read that must be fresh calls the upstream', () => {
  test('a read that must be fresh ignores a cached response, and its own response is cached', async () => {
    await reads.read(request());
    saying('second');
    expect(await reads.read(request({ mustBeFresh: true }))).toMatchObject({ value: 'second', origin: 'upstream' });
    expect(await reads.read(request())).toMatchObject({ value: 'second', origin: 'cache' });
  });

  test('a read that must be fresh joins only a pending read that must be fresh, too', async () => {
    const asked = [false, true, true, false].map((mustBeFresh) => reads.read(request({ mustBeFresh })));
    const answers = await Promise.all(asked);
    expect(answers.map(({ origin }) => origin)).toEqual(['upstream', 'upstream', 'shared', 'shared']);
    expect(calls).toBe(2);
  });

  test('a read that must be fresh is not shared with another caller', async () => {
    const asked = ['alice', 'bob'].map((caller) => {
      const fetch = async () => ({ bytes: Buffer.from(caller), json: caller });
      return reads.read(request({ key: `${caller} /x`, mustBeFresh: true, fetch }));
    });
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual(['alice', 'bob']);
  });

  test('a read that must be fresh is not served a cached NotFound error', async () => {
    failing(new NotFound('none'));
    await expect(reads.read(request())).rejects.toThrow(NotFound);
    saying('created');
    expect(await reads.read(request({ mustBeFresh: true }))).toMatchObject({ value: 'created' });
    expect(await reads.read(request())).toMatchObject({ value: 'created', origin: 'cache' });
  });
});

describe('the coalescer and the cache are optional', () => {
  test('without a coalescer reads are not shared, and an abort still rejects a read at once', async () => {
    reads = createCachedReads({ cache, policy });
    const answers = await Promise.all([reads.read(request()), reads.read(request())]);
    expect(answers.map(({ origin }) => origin)).toEqual(['upstream', 'upstream']);
    says = () => new Promise(() => undefined);
    const leaving = new AbortController();
    const deadline = { signal: leaving.signal, endsAt: () => 0 };
    const left = createCachedReads({}).read(request({ deadline, key: 'other' }));
    leaving.abort();
    await expect(left).rejects.toThrow(ClientGone);
    saying('late');
    await expect(createCachedReads({}).read(request({ deadline }))).rejects.toThrow(ClientGone);
  });

  test.each([
    ['a cache', () => createCachedReads({ coalescer, policy })],
    ['memory', () => createCachedReads({ coalescer, cache: createCache({ maxBytes: 0 }), policy })],
    ['a rule', () => createCachedReads({ coalescer, cache, policy: { ...policy, contact: off } })],
    ['any of these', () => createCachedReads({})],
  ])('without %s no response is cached', async (_, create) => {
    reads = create();
    await reads.read(request());
    expect(cache.usage.answers).toBe(0);
    expect(await reads.read(request())).toMatchObject({ origin: 'upstream' });
    await reads.invalidate('x');
    failing(new NotFound('none'));
    await expect(reads.read(request())).rejects.toThrow(NotFound);
    failing(new UpstreamUnavailable('down'));
    await expect(reads.read(request())).rejects.toThrow(UpstreamUnavailable);
    expect(calls).toBe(4);
    expect(cache.usage.answers).toBe(0);
  });
});

test('a NotFound error that the decoder throws for a successful response is cached, too', async () => {
  const decode = () => {
    throw new NotFound('none');
  };
  for (const _ of [1, 2]) await expect(reads.read(request({ decode }))).rejects.toThrow(NotFound);
  expect(calls).toBe(1);
  await later(rule.absentMs);
  expect(await reads.read(request())).toMatchObject({ value: 'first', origin: 'upstream' });
});
