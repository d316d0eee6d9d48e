import { describe, expect, test, vi } from 'vitest';
import { ClientGone } from '../../../src/errors.ts';
import { createFanOutAdmission } from '../../../src/upstream/resilience/fan-out-admission.ts';
import { admitting, settle } from './support/fan-out-admission.ts';

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
