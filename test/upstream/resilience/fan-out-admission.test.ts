import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ClientGone } from '../../../src/errors.ts';
import {
  createFanOutAdmission,
  type FanOutAdmissionOptions,
} from '../../../src/upstream/resilience/fan-out-admission.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Waits until all work is done that does not wait for a timer. */
const settle = () => vi.advanceTimersByTimeAsync(0);

const stays = new AbortController().signal;

/** An admission of ten calls for each caller. The caller of an operation is the first letter of its name. */
function admitting(options: Partial<FanOutAdmissionOptions> = {}) {
  const admission = createFanOutAdmission({ maxCallsPerCaller: 10, ...options });
  const inside = new Map<string, () => void>();
  const refused: Record<string, string> = {};
  return {
    admission,
    /** The admitted operations in the order of their admission. */
    inside: () => [...inside.keys()],
    /** The refused operations with the names of their errors. */
    refused,
    async enter(name: string, calls: number, signal: AbortSignal = stays) {
      admission.enter(name.slice(0, 1), calls, signal).then(
        (leave) => inside.set(name, leave),
        (error: Error) => {
          refused[name] = error.name;
        },
      );
      await settle();
    },
    async leave(...names: readonly string[]) {
      for (const name of names) {
        inside.get(name)?.();
        inside.delete(name);
      }
      await settle();
    },
  };
}

describe('the fan-out admission bounds the calls of each caller', () => {
  test('operations are admitted until the calls of their caller are used up, and wait until calls are released', async () => {
    const { admission, enter, leave, inside } = admitting();
    await enter('a1', 6);
    await enter('a2', 4);
    await enter('a3', 4);
    expect(inside()).toEqual(['a1', 'a2']);
    await leave('a2');
    expect(inside()).toEqual(['a1', 'a3']);
    await leave('a1', 'a3');
    expect(admission.size).toBe(0);
  });

  test('released calls admit as many waiting operations as fit', async () => {
    const { enter, leave, inside } = admitting();
    await enter('a1', 10);
    for (const name of ['a2', 'a3', 'a4']) await enter(name, 5);
    await leave('a1');
    expect(inside()).toEqual(['a2', 'a3']);
  });

  test('an operation with more calls than the limit is admitted only when its caller has no other operation', async () => {
    const { admission, enter, leave, inside } = admitting();
    await enter('a1', 1);
    await enter('a2', 11);
    expect(inside()).toEqual(['a1']);
    await leave('a1');
    expect(inside()).toEqual(['a2']);
    await enter('a3', 1);
    expect(inside()).toEqual(['a2']);
    await leave('a2');
    expect(inside()).toEqual(['a3']);
    await leave('a3');
    expect(admission.size).toBe(0);
  });

  test('an operation that need not wait sets no timer', async () => {
    const { enter } = admitting();
    await enter('a1', 100);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('operations wait in the queue of their caller', () => {
  test('a small operation does not overtake a large one of the same caller', async () => {
    const { enter, leave, inside } = admitting();
    await enter('a1', 5);
    await enter('a2', 8);
    await enter('a3', 1);
    expect(inside()).toEqual(['a1']);
    await leave('a1');
    expect(inside()).toEqual(['a2', 'a3']);
  });

  test('an operation of another caller does not wait in that queue', async () => {
    const { admission, enter, inside } = admitting();
    await enter('a1', 10);
    await enter('a2', 10);
    await enter('b1', 10);
    expect(inside()).toEqual(['a1', 'b1']);
    expect(admission.size).toBe(2);
  });

  test.each([
    ['ClientGone', undefined],
    ['UpstreamTimeout', new DOMException('', 'TimeoutError')],
  ])(
    'an aborted operation leaves the queue with %s, and the operations behind it that fit are admitted at once',
    async (name, reason) => {
      const { admission, enter, leave, inside, refused } = admitting();
      const leaving = new AbortController();
      await enter('a1', 5);
      await enter('a2', 8, leaving.signal);
      await enter('a3', 5);
      leaving.abort(reason);
      await settle();
      expect(refused).toEqual({ a2: name });
      expect(inside()).toEqual(['a1', 'a3']);
      await leave('a1', 'a3');
      expect(admission.size).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test('an operation that has already aborted is not queued', async () => {
    const { admission, enter, leave, inside, refused } = admitting();
    await enter('a1', 10);
    await enter('a2', 1, AbortSignal.abort());
    expect(refused).toEqual({ a2: 'ClientGone' });
    await leave('a1');
    expect(inside()).toEqual([]);
    expect(admission.size).toBe(0);
  });

  test('an operation that is admitted and aborted within one tick releases its calls to the next one', async () => {
    const { admission, enter, leave, inside, refused } = admitting();
    const leaving = new AbortController();
    await enter('a1', 10);
    await enter('a2', 10, leaving.signal);
    await enter('a3', 10);
    const left = leave('a1');
    leaving.abort();
    await left;
    expect(refused).toEqual({ a2: 'ClientGone' });
    expect(inside()).toEqual(['a3']);
    await leave('a3');
    expect(admission.size).toBe(0);
  });

  test('an operation that waits too long is refused, and the operations behind it that fit are admitted', async () => {
    const { admission, enter, leave, inside, refused } = admitting({ maxWaitMs: 1_000 });
    await enter('a1', 5);
    await enter('a2', 8);
    await vi.advanceTimersByTimeAsync(500);
    await enter('a3', 5);
    await vi.advanceTimersByTimeAsync(499);
    expect(refused).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    expect(refused).toEqual({ a2: 'Overloaded' });
    expect(inside()).toEqual(['a1', 'a3']);
    expect(vi.getTimerCount()).toBe(0);
    await leave('a1', 'a3');
    expect(admission.size).toBe(0);
  });

  test('the default waiting time of an operation is five seconds', async () => {
    const { enter, refused } = admitting();
    await enter('a1', 10);
    await enter('a2', 1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(refused).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    expect(refused).toEqual({ a2: 'Overloaded' });
  });

  test('a waiting operation does not keep the process alive', async () => {
    vi.useRealTimers();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const admission = createFanOutAdmission({ maxCallsPerCaller: 1 });
    const before = timers();
    const leaving = new AbortController();
    await admission.enter('a', 1, leaving.signal);
    const waiting = admission.enter('a', 1, leaving.signal);
    expect(timers()).toBe(before);
    leaving.abort();
    await expect(waiting).rejects.toThrow(ClientGone);
  });
});

test('an operation is refused at once when too many wait, and the waiting ones keep their positions', async () => {
  const { enter, leave, inside, refused, admission } = admitting({ maxWaiting: 2 });
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1']) await enter(name, 10);
  expect([inside(), refused]).toEqual([['a1', 'b1'], { a4: 'Overloaded' }]);
  for (const name of ['a1', 'a2', 'b1']) await leave(name);
  expect(inside()).toEqual(['a3']);
  await leave('a3');
  expect(admission.size).toBe(0);
});
