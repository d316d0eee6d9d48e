import { describe, expect, test, vi } from 'vitest';
import { ClientGone } from '../../../src/errors.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import { createConcurrencyLimiter } from '../../../src/upstream/resilience/concurrency-limiter.ts';
import { idle, limited, names, settle } from './support/concurrency-limiter.ts';

describe('a call waits in the queue for a limited time', () => {
  test('a call that waits too long fails with OVERLOADED, and nothing is sent', async () => {
    const { limiter, call, end, ended, made, names: reached } = limited({ initial: 4, maxWaitMs: 1_000 });
    await call('a', names('a', 5));
    await vi.advanceTimersByTimeAsync(990);
    expect(ended).toEqual({});
    await vi.advanceTimersByTimeAsync(50);
    expect(ended).toEqual({ a5: 'Overloaded' });
    expect(reached()).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(vi.getTimerCount()).toBe(0);
    await end(4);
    expect(made).toEqual([]);
    expect(limiter.state()).toMatchObject(idle);
  });

  test('the waiting time is limited again after the queue was empty for a while', async () => {
    const { call, ended } = limited({ initial: 4, maxWaitMs: 1_000 });
    await call('a', names('a', 5));
    await vi.advanceTimersByTimeAsync(5_000);
    await call('a', ['a6']);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(ended).toEqual({ a5: 'Overloaded', a6: 'Overloaded' });
  });

  test('a waiting call does not keep the process alive', async () => {
    vi.useRealTimers();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const send = withAttemptGuards([createConcurrencyLimiter({ max: 1 })], () => new Promise(() => undefined));
    const before = timers();
    const leaving = new AbortController();
    void send({ kind: 'read', method: 'GET', path: '/1', signal: leaving.signal });
    const waiting = send({ kind: 'read', method: 'GET', path: '/2', signal: leaving.signal });
    expect(timers()).toBe(before);
    leaving.abort();
    await expect(waiting).rejects.toThrow(ClientGone);
  });

  test('a shared read waits until the latest deadline of its callers, also when a caller joins later', async () => {
    const { call, ended } = limited({ initial: 4 });
    await call('a', names('a', 4));
    let endsAt = performance.now() + 100;
    await call('a', ['a5'], { endsAt: () => endsAt });
    await call('a', ['a6'], { endsAt: () => performance.now() + 100 });
    await vi.advanceTimersByTimeAsync(90);
    endsAt += 200; // A caller with a later deadline has joined.
    await vi.advanceTimersByTimeAsync(190);
    expect(ended).toEqual({});
    await vi.advanceTimersByTimeAsync(50);
    expect(ended).toEqual({ a5: 'Overloaded' });
  });

  test('a call that has waited too long is not sent when the limiter has capacity at the same moment', async () => {
    const { call, end, ended, names: reached } = limited({ initial: 4, maxWaitMs: 1_000 });
    await call('a', names('a', 4));
    await vi.advanceTimersByTimeAsync(10);
    await call('a', ['a5'], { endsAt: () => 0 });
    await call('a', ['a6']);
    await end(1);
    expect(ended).toEqual({ a1: 'ok', a5: 'Overloaded' });
    expect(reached()).toEqual(['a2', 'a3', 'a4', 'a6']);
  });

  test.each([
    ['ClientGone', undefined],
    ['UpstreamTimeout', new DOMException('', 'TimeoutError')],
  ])('a waiting call that is aborted fails with %s at once and leaves the queue', async (name, reason) => {
    const { limiter, call, end, ended, names: reached } = limited({ initial: 4, maxQueued: 1 });
    const leaving = new AbortController();
    await call('a', names('a', 4));
    await call('a', ['leaving'], { signal: leaving.signal });
    leaving.abort(reason);
    await settle();
    expect(ended).toEqual({ leaving: name });
    expect(limiter.state()).toMatchObject({ queued: 0 });
    await call('a', ['next']);
    await end(1);
    expect(reached()).toEqual(['a2', 'a3', 'a4', 'next']);
  });

  test('a call that has already aborted does not wait', async () => {
    const { limiter, call, ended } = limited({ initial: 4 });
    await call('a', names('a', 4));
    await call('b', ['b1'], { signal: AbortSignal.abort() });
    expect(ended).toEqual({ b1: 'ClientGone' });
    expect(limiter.state()).toMatchObject({ queued: 0, tenants: 1 });
  });

  test('a call that is aborted when it is about to be sent does not block the next one', async () => {
    const { limiter, call, end, made } = limited({ initial: 4 });
    const leaving = new AbortController();
    await call('a', names('a', 4));
    await call('a', ['leaving'], { signal: leaving.signal });
    await call('a', ['next']);
    leaving.abort();
    await end(1);
    expect(made.map(({ name }) => name)).toEqual(['a2', 'a3', 'a4', 'next']);
    await end(4);
    expect(limiter.state()).toMatchObject(idle);
  });
});
