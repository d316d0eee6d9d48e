import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLocalIdempotencyStore, type IdempotencyStore } from '../../src/idempotency/store.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { requireOwnReservation } from '../support/idempotency.ts';

const minute = 60_000;
const hour = 60 * minute;
const maxBytes = 100_000;
const record = Buffer.alloc(300);

describe('the idempotency store in this process', () => {
  let store: IdempotencyStore;
  let now = 0;
  beforeEach(() => {
    // The cache keeps the clock from when it was loaded and reads it once per millisecond, so the clock is replaced by a spy.
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

  /** Each key is that of a caller of its own, unless one is named. */
  const reserve = (name: string, caller = name) => store.reserve(name, record, minute, caller);
  const stateOf = async (name: string) => (await reserve(name))?.state;

  /** Records keys until the store, or the share of the caller, is full, and returns their number. */
  async function fill(name: string, caller?: string): Promise<number> {
    for (let count = 0; count < 1_000; count += 1) {
      const reservation = await reserve(`${name}-${count}`, caller);
      if (reservation === undefined || reservation.state === 'exceeded') return count;
      await requireOwnReservation(reservation).complete(record);
    }
    throw new Error('There is always room.');
  }

  test('a record is kept for 24 hours after the result', async () => {
    const reservation = requireOwnReservation(await reserve('key'));
    pass(hour);
    await reservation.complete(record);
    pass(24 * hour - 1_000);
    expect(await stateOf('key')).toBe('done');
    pass(2_000);
    expect(await stateOf('key')).toBe('yours');
  });

  test('a full store refuses a key instead of evicting a record of the last hour', async () => {
    const count = await fill('first');
    expect(count).toBeGreaterThan(50);
    pass(hour - minute);
    expect(await reserve('new')).toBeUndefined();
    for (let index = 0; index < count; index += 1) expect(await stateOf(`first-${index}`)).toBe('done');
  });

  test('a full store evicts the oldest record that is older than an hour, however often it was read', async () => {
    await fill('first');
    pass(hour + 1_000);
    await reserve('first-0');
    expect(await stateOf('new')).toBe('yours');
    expect(await stateOf('first-5')).toBe('done');
    expect(await stateOf('first-0')).toBe('yours');
  });

  test('one caller can use half of the store, and another one half of the rest, without a loss for the first', async () => {
    const all = await fill('all');
    store = createLocalIdempotencyStore(maxBytes);
    const [first, second] = [await fill('first', 'one'), await fill('second', 'two')];
    expect([first / all, second / all]).toEqual([expect.closeTo(1 / 2, 1), expect.closeTo(1 / 4, 1)]);
    expect(await stateOf('first-0')).toBe('done');
    expect(await stateOf('new')).toBe('yours');
  });

  test('a caller beyond its share is told when its oldest key may be forgotten, and then evicts that key and no other', async () => {
    const others = await fill('other', 'two');
    pass(minute);
    await fill('own', 'one');
    pass(10 * minute);
    expect(await reserve('new', 'one')).toEqual({ state: 'exceeded', retryAfterMs: 50 * minute });
    pass(50 * minute);
    expect((await reserve('new', 'one'))?.state).toBe('yours');
    for (let index = 0; index < others; index += 1) expect(await stateOf(`other-${index}`)).toBe('done');
    expect(await stateOf('own-1')).toBe('done');
  });

  test('expired records free their memory', async () => {
    const count = await fill('first');
    pass(25 * hour);
    expect(await fill('second')).toBe(count);
  });

  test('released reservations free their memory', async () => {
    for (let times = 0; times < 1_000; times += 1) await requireOwnReservation(await reserve(`key-${times}`)).release();
    expect(await fill('first')).toBeGreaterThan(50);
  });
});

test('the memory of the idempotency store in this process is close to its limit', async () => {
  const bytes = 16 * 2 ** 20;
  const used = () => {
    collectGarbage();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const before = used();
  const store = createLocalIdempotencyStore(bytes);
  for (let count = 0; ; count += 1) {
    // These are small buffers of the shared pool of Node, as in the gateway.
    const reservation = await store.reserve(
      `${count}`.padStart(43, 'k'),
      Buffer.from('r'.repeat(150)),
      minute,
      `caller-${count % 64}`,
    );
    if (reservation === undefined || reservation.state === 'exceeded') break;
    await requireOwnReservation(reservation).complete(Buffer.from('a'.repeat(400)));
  }
  const ratio = (used() - before) / bytes;
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(1.2);
  await store.close();
});
