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

/** What the upstream says now, and how often it was asked. */
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
  vi.advanceTimersByTime(60_000); // so that the clock does not begin with the read
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

test('an answer is served until it is no longer fresh, and says how old it is', async () => {
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

describe('when it is no longer fresh', () => {
  beforeEach(async () => {
    await reads.read(request());
    await later(1_500);
    saying('second');
  });

  test('fifty reads are served the stale response, and one call refreshes it', async () => {
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
    'it is not served any more once %s was the answer',
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

describe('when the upstream', () => {
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
  ])('fails by %s, what it said earlier is served', async (error) => {
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
  ])('says %s, that is the answer', async (error) => {
    failing(error);
    await expect(reads.read(request())).rejects.toBe(error);
  });

  test.each([new Forbidden('no'), new Unauthenticated('who'), new NotFound('none')])(
    'says %s, what it said earlier is good for nothing any more',
    async (error) => {
      failing(error);
      await expect(reads.read(request())).rejects.toBe(error);
      await later(500);
      failing(new UpstreamUnavailable('down'));
      await expect(reads.read(request())).rejects.toThrow(UpstreamUnavailable);
    },
  );

  test('fails who must have what is fresh, it is told', async () => {
    failing(new UpstreamUnavailable('down'));
    await expect(reads.read(request({ mustBeFresh: true }))).rejects.toThrow(UpstreamUnavailable);
  });

  test('hangs, who is out of time is served what it said earlier, and who leaves is not', async () => {
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

  test('fails, what it said to somebody else meanwhile is served, and is no older than that', async () => {
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

  test('fails after a write, nothing from before it is served', async () => {
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

test('an absence is cached without the stack of its error, which would hold the objects of all callers', async () => {
  failing(new NotFound('none'));
  await expect(reads.read(request())).rejects.toThrow(NotFound);
  expect(cache.get('alice /x', String)).toMatchObject({ value: { message: 'none', stack: '' } });
});

test('"not found" is cached for a short time', async () => {
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

test('a cached "not found" is not served in place of a failure of the upstream', async () => {
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

test('no other error is cached', async () => {
  for (const error of [new UpstreamUnavailable('down'), new Forbidden('no'), new Gone('gone')]) {
    failing(error);
    await expect(reads.read(request())).rejects.toBe(error);
  }
  expect(calls).toBe(3);
  expect(cache.usage.answers).toBe(0);
});

describe('after a write', () => {
  test('nothing from before it is served or joined, whoever asks, and what comes late is not kept', async () => {
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

  test('responses about another contact are still served', async () => {
    await reads.read(request());
    await reads.invalidate('y');
    expect(await reads.read(request())).toMatchObject({ origin: 'cache' });
  });
});

describe('who must have what is fresh', () => {
  test('gets it though there is an answer, and leaves it to the others', async () => {
    await reads.read(request());
    saying('second');
    expect(await reads.read(request({ mustBeFresh: true }))).toMatchObject({ value: 'second', origin: 'upstream' });
    expect(await reads.read(request())).toMatchObject({ value: 'second', origin: 'cache' });
  });

  test('joins only its like', async () => {
    const asked = [false, true, true, false].map((mustBeFresh) => reads.read(request({ mustBeFresh })));
    const answers = await Promise.all(asked);
    expect(answers.map(({ origin }) => origin)).toEqual(['upstream', 'upstream', 'shared', 'shared']);
    expect(calls).toBe(2);
  });

  test('shares it with no other caller', async () => {
    const asked = ['alice', 'bob'].map((caller) => {
      const fetch = async () => ({ bytes: Buffer.from(caller), json: caller });
      return reads.read(request({ key: `${caller} /x`, mustBeFresh: true, fetch }));
    });
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual(['alice', 'bob']);
  });

  test('is not told of an absence that was seen earlier', async () => {
    failing(new NotFound('none'));
    await expect(reads.read(request())).rejects.toThrow(NotFound);
    saying('created');
    expect(await reads.read(request({ mustBeFresh: true }))).toMatchObject({ value: 'created' });
    expect(await reads.read(request())).toMatchObject({ value: 'created', origin: 'cache' });
  });
});

describe('left out,', () => {
  test('a coalescer shares nothing, and who leaves does not wait', async () => {
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
    ['all of it', () => createCachedReads({})],
  ])('%s keeps nothing', async (_, create) => {
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

test('a "not found" in a successful response is cached, too', async () => {
  const decode = () => {
    throw new NotFound('none');
  };
  for (const _ of [1, 2]) await expect(reads.read(request({ decode }))).rejects.toThrow(NotFound);
  expect(calls).toBe(1);
  await later(rule.absentMs);
  expect(await reads.read(request())).toMatchObject({ value: 'first', origin: 'upstream' });
});
