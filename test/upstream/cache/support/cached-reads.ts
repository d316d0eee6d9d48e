// The cached reads of one test file. Each test begins with an empty cache, an upstream that answers `first`, and a faked clock.
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { createCache } from '../../../../src/upstream/cache/cache.ts';
import { createCachedReads } from '../../../../src/upstream/cache/cached-read.ts';
import { type CallDeadline, createCoalescer } from '../../../../src/upstream/cache/coalescer.ts';
import type { ReadRequest } from '../../../../src/upstream/cache/read-through.ts';

/** How long responses are cached, in milliseconds. */
export const rule = { freshMs: 1_000, staleMs: 2_000, errorMs: 10_000, absentMs: 500 };
/** The rules of all resources. */
export const policy = { contact: rule, events: rule, devices: rule, accountings: { ...rule, staleMs: 0 } };

/** The upstream; `says` gives its response. */
export const upstream: { says: (shared: CallDeadline) => Promise<string> } = { says: async () => 'first' };

/** The number of upstream calls of the current test. */
export let calls = 0;

/** A read of alice. */
export function request(changes: Partial<ReadRequest<string>> = {}): ReadRequest<string> {
  return {
    key: 'alice /x',
    tag: 'x',
    resource: 'contact',
    deadline: { signal: new AbortController().signal, endsAt: () => Number.POSITIVE_INFINITY },
    mustBeFresh: false,
    async fetch(shared) {
      calls += 1;
      const value = await upstream.says(shared);
      return { bytes: Buffer.from(value), json: value };
    },
    decode: String,
    ...changes,
  };
}

/** Lets the upstream answer with `value`. */
export const saying = (value: string) => {
  upstream.says = async () => value;
};

/** Lets the upstream fail with `error`. */
export const failing = (error: Error) => {
  upstream.says = async () => {
    throw error;
  };
};

/** The cache in memory of the current test. */
export let cache = createCache({ maxBytes: 1_000_000 });
/** The coalescer of the current test. */
export let coalescer = createCoalescer();
/** The cached reads of the current test, with both. */
export let reads = createCachedReads({ coalescer, cache, policy });

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

/** Advances the clock by `ms`, and does the work that is due by then. */
export const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);
