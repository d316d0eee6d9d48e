import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ClientGone } from '../../../src/errors.ts';
import {
  createFanOutAdmission,
  type FanOutAdmissionOptions,
} from '../../../src/upstream/resilience/fan-out-admission.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Until nothing is left to do that waits for no time. */
const settle = () => vi.advanceTimersByTimeAsync(0);

const stays = new AbortController().signal;

/** Room for ten calls of each caller; operations are named, and their caller is the first letter. */
function admitting(options: Partial<FanOutAdmissionOptions> = {}) {
  const admission = createFanOutAdmission({ maxCallsPerCaller: 10, ...options });
  const inside = new Map<string, () => void>();
  const refused: Record<string, string> = {};
  return {
    admission,
    /** Who is in, in the order in which they came in. */
    inside: () => [...inside.keys()],
    /** Who was not let in, with the error's name. */
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

describe('room', () => {
  test('is taken until there is none, and is given back', async () => {
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

  test('is given to as many as there is room for', async () => {
    const { enter, leave, inside } = admitting();
    await enter('a1', 10);
    for (const name of ['a2', 'a3', 'a4']) await enter(name, 5);
    await leave('a1');
    expect(inside()).toEqual(['a2', 'a3']);
  });

  test('is given to an operation that is larger than all of it when its caller has none, and only then', async () => {
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

  test('sets no timer for who need not wait', async () => {
    const { enter } = admitting();
    await enter('a1', 100);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('in the line', () => {
  test('a small one does not overtake a large one', async () => {
    const { enter, leave, inside } = admitting();
    await enter('a1', 5);
    await enter('a2', 8);
    await enter('a3', 1);
    expect(inside()).toEqual(['a1']);
    await leave('a1');
    expect(inside()).toEqual(['a2', 'a3']);
  });

  test('another caller does not stand', async () => {
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
    'nobody stays who is told to go, with %s; who stands behind them and fits goes in at once',
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

  test('nobody goes who has left already', async () => {
    const { admission, enter, leave, inside, refused } = admitting();
    await enter('a1', 10);
    await enter('a2', 1, AbortSignal.abort());
    expect(refused).toEqual({ a2: 'ClientGone' });
    await leave('a1');
    expect(inside()).toEqual([]);
    expect(admission.size).toBe(0);
  });

  test('who is let in and leaves within one tick leaves the room to the next', async () => {
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

  test('nobody waits for longer than is said, and who stands behind them and fits goes in', async () => {
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

  test('it is five seconds, where nothing is said', async () => {
    const { enter, refused } = admitting();
    await enter('a1', 10);
    await enter('a2', 1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(refused).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    expect(refused).toEqual({ a2: 'Overloaded' });
  });

  test('nobody keeps the process alive', async () => {
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

test('more than may wait are refused at once, and who waits keeps the place', async () => {
  const { enter, leave, inside, refused, admission } = admitting({ maxWaiting: 2 });
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1']) await enter(name, 10);
  expect([inside(), refused]).toEqual([['a1', 'b1'], { a4: 'Overloaded' }]);
  for (const name of ['a1', 'a2', 'b1']) await leave(name);
  expect(inside()).toEqual(['a3']);
  await leave('a3');
  expect(admission.size).toBe(0);
});
