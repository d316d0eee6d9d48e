import { describe, expect, test, vi } from 'vitest';
import { ClientGone, NotFound, UpstreamTimeout, UpstreamUnavailable } from '../../../src/errors.ts';
import { errorForFailure, errorForStatus } from '../../../src/upstream/client/errors.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import { createConcurrencyLimiter } from '../../../src/upstream/resilience/concurrency-limiter.ts';
import { body, idle, limited, names, unavailable } from './support/concurrency-limiter.ts';

describe('the concurrency limiter bounds the number of concurrent calls', () => {
  test('at most as many calls as the limit are sent, and the next one is sent when one has ended', async () => {
    const { limiter, call, end, names: reached } = limited({ initial: 4 });
    await call('a', names('a', 6));
    expect(reached()).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(limiter.state()).toEqual({
      limit: 4,
      inFlight: 4,
      hanging: 0,
      queued: 2,
      queuedOfRateLimited: 0,
      tenants: 1,
    });
    await end(1);
    expect(reached()).toEqual(['a2', 'a3', 'a4', 'a5']);
    await end(5);
    expect(limiter.state()).toMatchObject({ inFlight: 1, queued: 0 });
  });

  test('writes count for the limit as well as reads', async () => {
    const { limiter, call } = limited({ initial: 4 });
    await call('a', names('a', 4));
    await call('a', ['w1'], { kind: 'write', method: 'POST' });
    expect(limiter.state()).toMatchObject({ inFlight: 4, queued: 1 });
  });

  test('a call that need not wait sets no timer', async () => {
    const { call } = limited({ initial: 4 });
    await call('a', names('a', 4));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('calls leave no state in the limiter, whether they succeed, fail or throw at once', async () => {
    const limiter = createConcurrencyLimiter();
    const send = withAttemptGuards([limiter], ({ path }) => {
      if (path === '/0') return Promise.resolve(body);
      if (path === '/1') return Promise.reject(new NotFound('none'));
      throw new TypeError('at once');
    });
    for (let turn = 0; turn < 100; turn += 1) {
      const calls = Array.from({ length: 100 }, (_, index) =>
        send({
          kind: 'read',
          method: 'GET',
          path: `/${index % 3}`,
          tenant: `${index % 7}`,
          signal: AbortSignal.timeout(1_000),
        }),
      );
      await Promise.allSettled(calls);
    }
    expect(limiter.state()).toMatchObject(idle);
  });
});

describe('the limit adapts to the results of calls', () => {
  test('the limit rises with successes while it is used', async () => {
    const { limiter, call, end } = limited({ initial: 4 });
    for (let turn = 0; turn < 20; turn += 1) {
      await call('a', names('a', 4));
      await end(4);
    }
    expect(limiter.state().limit).toBeGreaterThan(6);
  });

  test('the limit does not rise with failures', async () => {
    const { limiter, call, end } = limited({ initial: 4 });
    for (let turn = 0; turn < 20; turn += 1) {
      await call('a', names('a', 4));
      await end(4, new NotFound('none'));
    }
    expect(limiter.state().limit).toBe(4);
  });

  test.each([
    ['a 503', unavailable],
    ['a 502', errorForStatus(502)],
    ['a 504', errorForStatus(504)],
    ['a time-out of an attempt', new UpstreamTimeout('slow')],
  ])('the limit falls when many calls end with %s, while other calls wait', async (_, error) => {
    const { limiter, call, end } = limited({ initial: 100 });
    await call('a', names('a', 130));
    await end(19, error);
    expect(limiter.state().limit).toBe(100);
    await end(1, error);
    expect(limiter.state().limit).toBe(70);
  });

  test.each([
    ['a 500, which is a fault in one response', errorForStatus(500)],
    ['a refused connection', errorForFailure(new Error('ECONNREFUSED'), new AbortController().signal)],
    ['an open breaker', new UpstreamUnavailable('The upstream is down.')],
    ['a client that has left', new ClientGone('gone')],
    ['a 404', errorForStatus(404)],
    ['a 429, which is for one tenant', errorForStatus(429)],
  ])('the limit does not fall with %s', async (_, error) => {
    const { limiter, call, end } = limited({ initial: 10 });
    for (let turn = 0; turn < 10; turn += 1) {
      await call('a', names('a', 12));
      await end(10, error);
    }
    expect(limiter.state().limit).toBe(10);
  });

  test('the limit does not fall with calls that the deadline of their operation ended', async () => {
    const { limiter, call, end } = limited({ initial: 100 });
    const operation = new AbortController();
    await call('a', names('a', 100), { signal: operation.signal });
    await call('a', names('waiting', 30));
    operation.abort(new DOMException('', 'TimeoutError'));
    await end(100, new UpstreamTimeout('over'));
    expect(limiter.state().limit).toBe(100);
  });

  test('after the limit fell, no call is sent until fewer calls than the limit are pending', async () => {
    const { limiter, call, end, names: reached } = limited({ initial: 100 });
    await call('a', names('a', 120));
    await end(20, unavailable);
    expect(limiter.state()).toMatchObject({ limit: 70, inFlight: 99, queued: 1 });
    await end(29);
    expect(reached()).not.toContain('a120');
    await end(1);
    expect(reached()).toContain('a120');
  });
});
