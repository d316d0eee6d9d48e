import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLocalIdempotencyStore, type IdempotencyStore } from '../../src/idempotency/store.ts';
import { requireOwnReservation } from '../support/idempotency.ts';

const minute = 60_000;
const hour = 60 * minute;
const maxBytes = 100_000;
const record = Buffer.alloc(300);

describe('keys in this process', () => {
  let store: IdempotencyStore;
  let now = 0;
  beforeEach(() => {
    // The cache holds on to the clock that there was when it was loaded, and reads it once in a millisecond.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    now = 1_000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    store = createLocalIdempotencyStore(maxBytes);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  function pass(ms: number): void {
    now += ms;
    vi.advanceTimersByTime(ms);
  }

  const claim = (name: string) => store.reserve(name, record, minute);
  const stateOf = async (name: string) => (await claim(name))?.state;

  /** Keeps keys until there is no more room, and says how many there are. */
  async function fill(name: string): Promise<number> {
    for (let count = 0; count < 1_000; count += 1) {
      const claimed = await claim(`${name}-${count}`);
      if (claimed === undefined) return count;
      await requireOwnReservation(claimed).complete(record);
    }
    throw new Error('There is always room.');
  }

  test('are kept for 24 hours from the answer', async () => {
    const claimed = requireOwnReservation(await claim('key'));
    pass(hour);
    await claimed.complete(record);
    pass(24 * hour - 1_000);
    expect(await stateOf('key')).toBe('done');
    pass(2_000);
    expect(await stateOf('key')).toBe('yours');
  });

  test('are refused where there is no room, rather than that one of the last hour is forgotten', async () => {
    const count = await fill('first');
    expect(count).toBeGreaterThan(50);
    pass(hour - minute);
    expect(await claim('new')).toBeUndefined();
    for (let index = 0; index < count; index += 1) expect(await stateOf(`first-${index}`)).toBe('done');
  });

  test('make room when they are older, the oldest first, and however often they were asked for', async () => {
    await fill('first');
    pass(hour + 1_000);
    await claim('first-0');
    expect(await stateOf('new')).toBe('yours');
    expect(await stateOf('first-5')).toBe('done');
    expect(await stateOf('first-0')).toBe('yours');
  });

  test('make room when their time is over', async () => {
    const count = await fill('first');
    pass(25 * hour);
    expect(await fill('second')).toBe(count);
  });

  test('that are given back leave room', async () => {
    for (let times = 0; times < 1_000; times += 1) await requireOwnReservation(await claim(`key-${times}`)).release();
    expect(await fill('first')).toBeGreaterThan(50);
  });
});

test('the memory of keys in this process is about what it may be', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const bytes = 16 * 2 ** 20;
  const used = () => {
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const before = used();
  const store = createLocalIdempotencyStore(bytes);
  for (let count = 0; ; count += 1) {
    // As they come: small buffers, cut from a larger one that others share.
    const claimed = await store.reserve(`${count}`.padStart(43, 'k'), Buffer.from('r'.repeat(150)), minute);
    if (claimed === undefined) break;
    await requireOwnReservation(claimed).complete(Buffer.from('a'.repeat(400)));
  }
  const ratio = (used() - before) / bytes;
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(1.2);
  await store.close();
});
