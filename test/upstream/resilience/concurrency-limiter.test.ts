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

/** A limiter over an upstream that answers when it is told to; calls are named by their path. */
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
    /** How calls have ended, by their name: with `ok` or an error's name. */
    ended,
    names: () => made.map(({ name }) => name),
    /** Makes calls of one tenant, and waits until those that may have reached the upstream. */
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

/** Until nothing is left to do that waits for no time. */
const settle = () => vi.advanceTimersByTimeAsync(0);

const names = (tenant: string, count: number) => Array.from({ length: count }, (_, index) => `${tenant}${index + 1}`);

const idle = { inFlight: 0, queued: 0, tenants: 0 };

describe('calls under way', () => {
  test('are as many as the limit says; the next is let in when one has ended', async () => {
    const { limiter, call, end, names: reached } = limited({ initial: 4 });
    await call('a', names('a', 6));
    expect(reached()).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(limiter.state()).toEqual({ limit: 4, inFlight: 4, queued: 2, tenants: 1 });
    await end(1);
    expect(reached()).toEqual(['a2', 'a3', 'a4', 'a5']);
    await end(5);
    expect(limiter.state()).toMatchObject({ inFlight: 1, queued: 0 });
  });

  test('are writes as well as reads', async () => {
    const { limiter, call } = limited({ initial: 4 });
    await call('a', names('a', 4));
    await call('a', ['w1'], { kind: 'write', method: 'POST' });
    expect(limiter.state()).toMatchObject({ inFlight: 4, queued: 1 });
  });

  test('that need no waiting set no timer', async () => {
    const { call } = limited({ initial: 4 });
    await call('a', names('a', 4));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leave nothing behind, whether they succeed, fail or throw at once', async () => {
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

describe('the limit', () => {
  test('rises with successes while it is used', async () => {
    const { limiter, call, end } = limited({ initial: 4 });
    for (let turn = 0; turn < 20; turn += 1) {
      await call('a', names('a', 4));
      await end(4);
    }
    expect(limiter.state().limit).toBeGreaterThan(6);
  });

  test('does not rise with failures', async () => {
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
    ['a try that took too long', new UpstreamTimeout('slow')],
  ])('falls with %s, when many of the calls end so', async (_, error) => {
    const { limiter, call, end } = limited({ initial: 100 });
    await call('a', names('a', 100));
    await end(19, error);
    expect(limiter.state().limit).toBe(100);
    await end(1, error);
    expect(limiter.state().limit).toBe(70);
  });

  test.each([
    ['a 500, which is a fault in one answer', errorForStatus(500)],
    ['a refused connection', errorForFailure(new Error('ECONNREFUSED'), new AbortController().signal)],
    ['an open breaker', new UpstreamUnavailable('The upstream is down.')],
    ['a client that has left', new ClientGone('gone')],
    ['a 404', errorForStatus(404)],
    ['a 429, which is for one tenant', errorForStatus(429)],
  ])('does not fall with %s', async (_, error) => {
    const { limiter, call, end } = limited({ initial: 100 });
    for (let turn = 0; turn < 10; turn += 1) {
      await call('a', names('a', 10));
      await end(10, error);
    }
    expect(limiter.state().limit).toBe(100);
  });

  test('does not fall with an operation whose own time is over', async () => {
    const { limiter, call, end } = limited({ initial: 100 });
    const operation = new AbortController();
    await call('a', names('a', 100), { signal: operation.signal });
    operation.abort(new DOMException('', 'TimeoutError'));
    await end(100, new UpstreamTimeout('over'));
    expect(limiter.state().limit).toBe(100);
  });

  test('lets nobody in until there is room again after a fall', async () => {
    const { limiter, call, end, names: reached } = limited({ initial: 100 });
    await call('a', names('a', 100));
    await end(20, unavailable);
    expect(limiter.state()).toMatchObject({ limit: 70, inFlight: 80 });
    await call('a', ['late']);
    await end(10);
    expect(reached()).not.toContain('late');
    await end(1);
    expect(reached()).toContain('late');
  });
});

describe('a tenant', () => {
  test('with ten times the calls of another does not make it wait for more than about a round', async () => {
    const { call, end, names: reached } = limited({ initial: 4 });
    await call('greedy', names('greedy', 100));
    await call('modest', names('modest', 10));
    for (let turn = 1; turn <= 10; turn += 1) {
      expect(reached()).not.toContain(`modest${turn + 2}`);
      await end(2);
      expect(reached()).toContain(`modest${turn}`);
    }
  });

  test('that is told 429 gets less, and nobody else does', async () => {
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

  test('that is told 429 when it has waited gets less as well', async () => {
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

  test('that was told 429 gets more again with its successes', async () => {
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

  test('with less pushes out the newest call of the one with the most when the queue is full', async () => {
    const { limiter, call, ended } = limited({ initial: 4, maxQueued: 3 });
    await call('a', names('a', 8));
    expect(ended).toEqual({ a8: 'Overloaded' });
    await call('b', ['b1']);
    expect(ended).toEqual({ a8: 'Overloaded', a7: 'Overloaded' });
    expect(limiter.state()).toMatchObject({ inFlight: 4, queued: 3 });
  });
});

describe('waiting', () => {
  test('ends with OVERLOADED when it takes too long, and nothing was sent', async () => {
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

  test('is bounded each time, also after nobody has waited for a while', async () => {
    const { call, ended } = limited({ initial: 4, maxWaitMs: 1_000 });
    await call('a', names('a', 5));
    await vi.advanceTimersByTimeAsync(5_000);
    await call('a', ['a6']);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(ended).toEqual({ a5: 'Overloaded', a6: 'Overloaded' });
  });

  test('does not keep the process alive', async () => {
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

  test('ends when there is nobody any more who has the time, however long that is by then', async () => {
    const { call, ended } = limited({ initial: 4 });
    await call('a', names('a', 4));
    let endsAt = performance.now() + 100;
    await call('a', ['a5'], { endsAt: () => endsAt });
    await call('a', ['a6'], { endsAt: () => performance.now() + 100 });
    await vi.advanceTimersByTimeAsync(90);
    endsAt += 200; // somebody with more time has joined
    await vi.advanceTimersByTimeAsync(190);
    expect(ended).toEqual({});
    await vi.advanceTimersByTimeAsync(50);
    expect(ended).toEqual({ a5: 'Overloaded' });
  });

  test('that has been too long is not rewarded in the last moment', async () => {
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
  ])('ends with %s at once when the call is aborted, and its place is free', async (name, reason) => {
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

  test('does not begin for a call that is aborted already', async () => {
    const { limiter, call, ended } = limited({ initial: 4 });
    await call('a', names('a', 4));
    await call('b', ['b1'], { signal: AbortSignal.abort() });
    expect(ended).toEqual({ b1: 'ClientGone' });
    expect(limiter.state()).toMatchObject({ queued: 0, tenants: 1 });
  });

  test('that is aborted in the moment of being let in leaves no hole', async () => {
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

test('whatever happens: never more than the limit, every call ends once, no call overtakes one of its own tenant', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const limiter = createConcurrencyLimiter({ initial: 4, min: 2, max: 6, maxQueued: 5, maxWaitMs: 100 });
      const open: { end(error?: PublicError): void }[] = [];
      const sent: { tenant: string; serial: number }[] = [];
      const calls: { abort: AbortController; ends: number }[] = [];
      const send = withAttemptGuards([limiter], ({ tenant = '', path, signal }) => {
        const { limit, inFlight } = limiter.state();
        expect(inFlight).toBeLessThanOrEqual(limit);
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
        if (step.pick % 2 === 0) await settle(); // otherwise the next happens in the same tick
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
