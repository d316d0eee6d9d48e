import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ClientGone,
  NotFound,
  type PublicError,
  RateLimited,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import type { UpstreamCall } from '../../../src/upstream/client/client.ts';
import { errorForFailure, errorForStatus } from '../../../src/upstream/client/errors.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import {
  type ConcurrencyLimiterOptions,
  createConcurrencyLimiter,
} from '../../../src/upstream/resilience/concurrency-limiter.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const body: ResponseBody = { bytes: Buffer.alloc(0), json: {} };
const unavailable = errorForStatus(503);

type Made = { name: string; succeed(): void; fail(error: Error): void };

/** A limiter before an upstream whose responses the test decides; calls are named by their path. */
function limited(options: ConcurrencyLimiterOptions = {}) {
  const limiter = createConcurrencyLimiter(options);
  const made: Made[] = [];
  const ended: Record<string, string> = {};
  const send = withAttemptGuards([limiter], ({ path }) => {
    const { promise, resolve, reject } = Promise.withResolvers<ResponseBody>();
    made.push({ name: path, succeed: () => resolve(body), fail: reject });
    return promise;
  });
  return {
    limiter,
    made,
    /** The results of ended calls by their name: `ok` or the name of the error. */
    ended,
    names: () => made.map(({ name }) => name),
    /** Makes calls of one tenant, and waits until the permitted ones have reached the upstream. */
    async call(tenant: string, names: readonly string[], call: Partial<UpstreamCall> = {}) {
      for (const path of names) {
        send({ kind: 'read', method: 'GET', path, tenant, signal: new AbortController().signal, ...call }).then(
          () => {
            ended[path] = 'ok';
          },
          (error: Error) => {
            ended[path] = error.name;
          },
        );
      }
      await settle();
    },
    /** Ends the calls that have reached the upstream, the oldest first. */
    async end(count: number, error?: Error) {
      for (const call of made.splice(0, count)) error === undefined ? call.succeed() : call.fail(error);
      await settle();
    },
  };
}

/** Waits until all work is done that does not wait for a timer. */
const settle = () => vi.advanceTimersByTimeAsync(0);

const names = (tenant: string, count: number) => Array.from({ length: count }, (_, index) => `${tenant}${index + 1}`);

const idle = { inFlight: 0, queued: 0, tenants: 0 };

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

describe('tenants share the limit fairly', () => {
  test('a tenant with ten times the calls of another does not delay it for more than about one round', async () => {
    const { call, end, names: reached } = limited({ initial: 4 });
    await call('greedy', names('greedy', 100));
    await call('modest', names('modest', 10));
    for (let turn = 1; turn <= 10; turn += 1) {
      expect(reached()).not.toContain(`modest${turn + 2}`);
      await end(2);
      expect(reached()).toContain(`modest${turn}`);
    }
  });

  test('a tenant that gets a 429 has a lower limit, and other tenants do not', async () => {
    const { limiter, call, end, made, names: reached } = limited({ initial: 100 });
    await call('a', names('a', 20));
    await end(1, new RateLimited('slow down', undefined));
    await end(19, new RateLimited('slow down', undefined)); // from before that had an effect
    await call('a', names('a', 20));
    expect(made).toHaveLength(14);
    await call('b', names('b', 40));
    expect(reached().filter((name) => name.startsWith('b'))).toHaveLength(40);
    expect(limiter.state()).toMatchObject({ limit: 100, inFlight: 54, queued: 6 });
  });

  test('a tenant that gets a 429 after it waited has a lower limit, too', async () => {
    const { call, end, made, names: reached } = limited({ initial: 100 });
    await call('a', names('a', 20));
    await end(1, new RateLimited('slow down', undefined)); // 13 from now on
    await call('a', ['waiting']);
    await end(7);
    expect(reached()).toContain('waiting');
    await end(12);
    await end(1, new RateLimited('slow down', undefined)); // 9
    await call('a', names('a', 20));
    expect(made.length).toBeLessThan(12);
  });

  test('the limit of a tenant after a 429 rises again with its successes', async () => {
    const { call, end, made } = limited({ initial: 100 });
    await call('a', names('a', 20));
    await end(20, new RateLimited('slow down', undefined));
    for (let turn = 0; turn < 10; turn += 1) {
      await call('a', names('a', 14));
      await end(14);
    }
    await call('a', names('a', 30));
    expect(made.length).toBeGreaterThan(16);
  });

  test('in a full queue a call of a tenant with few calls replaces the newest call of the tenant with the most', async () => {
    const { limiter, call, ended } = limited({ initial: 4, maxQueued: 3 });
    await call('a', names('a', 6));
    await call('a', ['a7', 'a8'], { caller: 'another' });
    expect(ended).toEqual({ a8: 'Overloaded' });
    await call('b', ['b1']);
    expect(ended).toEqual({ a8: 'Overloaded', a6: 'Overloaded' });
    expect(limiter.state()).toMatchObject({ inFlight: 4, queued: 3 });
  });
});

describe('callers of one tenant share its part of the limit fairly', () => {
  test('a caller with a hundred calls does not delay another caller of its tenant for more than about one round', async () => {
    const { call, end, names: reached } = limited({ initial: 4 });
    await call('t', names('greedy', 100), { caller: 'greedy' });
    await call('t', names('modest', 10), { caller: 'modest' });
    for (let turn = 1; turn <= 10; turn += 1) {
      expect(reached()).not.toContain(`modest${turn + 2}`);
      await end(2);
      expect(reached()).toContain(`modest${turn}`);
    }
  });

  test('a caller that has filled its half of the queue loses its further calls, and no other caller does', async () => {
    const { limiter, call, end, ended } = limited({ initial: 4, maxQueued: 6 });
    await call('t', names('a', 9), { caller: 'a' });
    expect(ended).toEqual({ a8: 'Overloaded', a9: 'Overloaded' });
    await call('t', names('b', 3), { caller: 'b' });
    expect(limiter.state()).toMatchObject({ inFlight: 4, queued: 6 });
    for (let calls = 0; calls < 10; calls += 1) await end(1);
    expect(Object.keys(ended).filter((name) => ended[name] === 'ok')).toHaveLength(10);
    expect(limiter.state()).toMatchObject(idle);
  });
});

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

type Step = { act: 'call' | 'ok' | 'busy' | 'slow' | 'abort' | 'tick'; tenant: string; pick: number };

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('call', 'call', 'call', 'ok', 'busy', 'slow', 'abort', 'tick'),
  tenant: fc.constantFrom('a', 'b', 'c'),
  pick: fc.nat(),
});

test('in any sequence of events the limit is never exceeded, every call ends once, and calls of a tenant keep their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const limiter = createConcurrencyLimiter({ initial: 4, min: 2, max: 6, maxQueued: 5, maxWaitMs: 100 });
      const open: { end(error?: PublicError): void }[] = [];
      const sent: { tenant: string; serial: number }[] = [];
      const calls: { abort: AbortController; ends: number }[] = [];
      const send = withAttemptGuards([limiter], ({ tenant = '', path, signal }) => {
        const { limit, inFlight, hanging } = limiter.state();
        expect(inFlight - hanging).toBeLessThanOrEqual(limit);
        expect(inFlight).toBeLessThanOrEqual(6);
        sent.push({ tenant, serial: Number(path) });
        const { promise, resolve, reject } = Promise.withResolvers<ResponseBody>();
        open.push({ end: (error) => (error === undefined ? resolve(body) : reject(error)) });
        signal.addEventListener('abort', () => reject(new ClientGone('gone')));
        return promise;
      });
      const acts: Record<Step['act'], (step: Step) => unknown> = {
        call({ tenant }) {
          const call = { abort: new AbortController(), ends: 0 };
          const ended = () => {
            call.ends += 1;
          };
          const path = `${calls.push(call)}`;
          send({ kind: 'read', method: 'GET', path, tenant, signal: call.abort.signal }).then(ended, ended);
        },
        ok: ({ pick }) => open.splice(pick % (open.length + 1), 1)[0]?.end(),
        busy: ({ pick }) => open.splice(pick % (open.length + 1), 1)[0]?.end(unavailable),
        slow: ({ pick }) => open.splice(pick % (open.length + 1), 1)[0]?.end(new RateLimited('slow', 1)),
        abort: ({ pick }) => calls[pick % (calls.length + 1)]?.abort.abort(),
        tick: () => vi.advanceTimersByTimeAsync(30),
      };
      for (const step of steps) {
        await acts[step.act](step);
        if (step.pick % 2 === 0) await settle(); // Otherwise the next step happens in the same tick.
      }
      await settle();
      while (open.length > 0) {
        open.pop()?.end();
        await settle();
      }
      expect(calls.map(({ ends }) => ends)).toEqual(calls.map(() => 1));
      expect(limiter.state()).toMatchObject(idle);
      for (const of of ['a', 'b', 'c']) {
        const serials = sent.filter(({ tenant }) => tenant === of).map(({ serial }) => serial);
        expect(serials).toEqual(serials.toSorted((one, other) => one - other));
      }
    }),
    { numRuns: 300 },
  );
});
