import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  BadUserInput,
  ClientGone,
  NotFound,
  Overloaded,
  RateLimited,
  UpstreamBadResponse,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import type { Send, UpstreamCall } from '../../../src/upstream/client/client.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import {
  type CircuitBreakerOptions,
  type CircuitBreakerState,
  createCircuitBreaker,
  rejectBeforeQueueing,
} from '../../../src/upstream/resilience/circuit-breaker.ts';
import { CircuitOpen } from '../../../src/upstream/resilience/failure-kinds.ts';
import { writeOnce } from '../../../src/upstream/resilience/write-once.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };
const down = () => Promise.reject(new UpstreamUnavailable('down'));
const alive = async () => body;
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** An upstream behind a circuit breaker; `as` sets its response, and `sent` counts the calls that reach it. */
function guarded(options: CircuitBreakerOptions = {}) {
  const states: CircuitBreakerState[] = [];
  const breaker = createCircuitBreaker({ onChange: (state) => states.push(state), ...options });
  let sent = 0;
  let answer: Send = alive;
  const send = withAttemptGuards([breaker], (call) => {
    sent += 1;
    return answer(call);
  });
  return {
    breaker,
    states,
    sent: () => sent,
    as(given: Send) {
      answer = given;
    },
    call: (given: Partial<UpstreamCall> = {}) =>
      send({ kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal, ...given }),
  };
}

type Guarded = ReturnType<typeof guarded>;

/** Makes ten calls that fail within five seconds, which opens the breaker. */
async function die(upstream: Guarded) {
  upstream.as(down);
  for (let n = 0; n < 10; n += 1) {
    await fails(upstream);
    if (n < 9) await wait(500);
  }
  expect(upstream.breaker.state()).toBe('open');
}

const fails = (upstream: Guarded, given?: Partial<UpstreamCall>) =>
  upstream.call(given).then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe('the circuit breaker opens after ten failures in a row within at least four seconds', () => {
  test('the breaker opens when ten attempts in a row have failed and the first of them began four seconds ago', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 39; n += 1) {
      await fails(upstream);
      await wait(100);
    }
    await wait(99);
    expect(upstream.states).toEqual([]);
    await wait(1);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker opens after four seconds although no other attempt has ended by then', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 10; n += 1) await fails(upstream);
    upstream.as(() => new Promise(() => undefined));
    void upstream.call();
    await wait(3_999);
    expect(upstream.states).toEqual([]);
    await wait(1);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker opens four seconds after the last response, also where the attempts that time out began before it', async () => {
    const upstream = guarded();
    upstream.as(() => later(3_000).then(() => Promise.reject(new UpstreamTimeout('late'))));
    for (let n = 0; n < 10; n += 1) void fails(upstream);
    await wait(2_500);
    upstream.as(alive);
    await upstream.call();
    await wait(3_999);
    expect(upstream.states).toEqual([]);
    await wait(1);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker does not open when an attempt has succeeded within the four seconds', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 10; n += 1) await fails(upstream);
    upstream.as(alive);
    await wait(3_900);
    await upstream.call();
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) await fails(upstream);
    await wait(60_000);
    expect(upstream.states).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the timer that opens the breaker does not keep the process alive', async () => {
    vi.useRealTimers();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 10; n += 1) await fails(upstream);
    expect(timers()).toBe(before);
    upstream.as(alive);
    await upstream.call();
  });

  test('the breaker opens once, and further failures do not delay its first probe after a second', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 50; n += 1) {
      await fails(upstream);
      await wait(90);
    }
    expect(upstream.states).toEqual(['open']);
    await wait(500);
    expect(upstream.breaker.isRejecting()).toBe(false);
  });

  test('the breaker does not open with fewer than ten failures, however long they take', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) {
      await fails(upstream);
      await wait(60_000);
    }
    expect(upstream.breaker.state()).toBe('closed');
    await fails(upstream);
    expect(upstream.breaker.state()).toBe('open');
  });

  test('the breaker opens within five seconds when every attempt ends by its time-out of three seconds', async () => {
    const upstream = guarded();
    upstream.as(() => later(3_000).then(() => Promise.reject(new UpstreamTimeout('late'))));
    for (let n = 0; n < 50; n += 1) {
      void fails(upstream);
      await wait(100);
    }
    expect(upstream.states).toEqual(['open']);
  });

  test.each([
    ['a success', async () => body],
    ['a 404', () => Promise.reject(new NotFound('no'))],
    ['a 429', () => Promise.reject(new RateLimited('slow', undefined))],
    ['an invalid response', () => Promise.reject(new UpstreamBadResponse('what'))],
  ])('the breaker does not open when there was %s among the failures', async (_, answer) => {
    const upstream = guarded();
    for (let n = 0; n < 50; n += 1) {
      upstream.as(n % 9 === 8 ? answer : down);
      await upstream.call().catch(() => undefined);
      await wait(1_000);
    }
    expect(upstream.states).toEqual([]);
  });

  test.each([
    ['clients that leave', new ClientGone('left')],
    ['calls that were not sent', new Overloaded('full')],
    ['invalid arguments', new BadUserInput('id')],
    ['errors of the gateway itself', new TypeError('oops')],
  ])('the breaker does not count %s, which do not interrupt a row of failures either', async (_, error) => {
    const upstream = guarded();
    upstream.as(() => Promise.reject(error));
    for (let n = 0; n < 50; n += 1) {
      await fails(upstream);
      await wait(1_000);
    }
    expect(upstream.states).toEqual([]);
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) {
      await fails(upstream);
      await wait(1_000);
    }
    upstream.as(() => Promise.reject(error));
    await fails(upstream);
    upstream.as(down);
    await fails(upstream);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker does not count attempts that the end of their operation aborted', async () => {
    const upstream = guarded();
    const signal = AbortSignal.abort(new DOMException('over', 'TimeoutError'));
    for (const error of [new UpstreamTimeout('late'), new UpstreamUnavailable('down')]) {
      upstream.as(() => Promise.reject(error));
      for (let n = 0; n < 20; n += 1) {
        await fails(upstream, { signal });
        await wait(1_000);
      }
    }
    expect(upstream.states).toEqual([]);
  });

  test('the breaker stays closed while half of the calls fail at once and the others succeed just before their time-out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), fc.constantFrom(10, 20, 100), async (coin, everyMs) => {
        const upstream = guarded();
        upstream.as(() => (coin.next().value ? down() : later(2_900).then(() => body)));
        for (let ms = 0; ms < 15_000; ms += everyMs) {
          void upstream.call().catch(() => undefined);
          await wait(everyMs);
        }
        expect(upstream.states).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});

describe('an open circuit breaker refuses calls and sends probes', () => {
  test('an open breaker refuses every call at once with its own message, and sends nothing', async () => {
    const upstream = guarded();
    await die(upstream);
    const before = upstream.sent();
    for (let n = 0; n < 100; n += 1) {
      const error = await fails(upstream);
      expect(error).toBeInstanceOf(CircuitOpen);
      expect(error).toMatchObject({
        message: 'The upstream does not answer at the moment.',
        extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
      });
    }
    expect(upstream.sent()).toBe(before);
  });

  test('an open breaker refuses a write with an error that says that nothing was sent', async () => {
    const upstream = guarded();
    await die(upstream);
    const write = { resource: 'contact', method: 'PUT', path: '/a', repeatable: false, advice: 'Look.' } as const;
    const written = writeOnce(
      write,
      () => upstream.call({ kind: 'write', method: 'PUT' }),
      () => undefined,
    );
    await expect(written).rejects.toBeInstanceOf(CircuitOpen);
  });

  test('an open breaker sends one probe after a second, and refuses the other calls while the probe is pending', async () => {
    const upstream = guarded();
    await die(upstream);
    const before = upstream.sent();
    upstream.as(() => later(700).then(() => body));
    await wait(999);
    await fails(upstream);
    expect(upstream.sent()).toBe(before);
    await wait(1);
    const probe = upstream.call();
    expect(upstream.breaker.state()).toBe('half-open');
    for (let n = 0; n < 100; n += 1) expect(await fails(upstream)).toBeInstanceOf(CircuitOpen);
    expect(upstream.sent()).toBe(before + 1);
    await wait(700);
    await expect(probe).resolves.toBe(body);
    expect(upstream.states).toEqual(['open', 'half-open', 'closed']);
  });

  test('an open breaker doubles the time to the next probe after each failed one, up to five seconds', async () => {
    const upstream = guarded();
    await die(upstream);
    const probes: number[] = [];
    const began = performance.now();
    upstream.as(() => {
      probes.push(performance.now() - began);
      return down();
    });
    for (let ms = 0; ms <= 22_000; ms += 100) {
      await fails(upstream);
      await wait(100);
    }
    expect(probes).toEqual([1_000, 3_000, 7_000, 12_000, 17_000, 22_000]);
  });

  test('a breaker that was closed and opens again sends its first probe after a second', async () => {
    const upstream = guarded();
    await die(upstream);
    for (const ms of [1_000, 2_000, 4_000]) {
      await wait(ms);
      await fails(upstream);
    }
    upstream.as(alive);
    await wait(5_000);
    await upstream.call();
    await die(upstream);
    await wait(1_000);
    upstream.as(alive);
    await upstream.call();
    expect(upstream.breaker.state()).toBe('closed');
  });

  test('a breaker closes within ten seconds of the recovery, although its last probe hangs', async () => {
    const upstream = guarded();
    await die(upstream);
    upstream.as(() => later(3_000).then(() => Promise.reject(new UpstreamTimeout('late'))));
    for (let ms = 0; ms < 60_000; ms += 100) {
      void upstream.call().catch(() => undefined);
      await wait(100);
    }
    upstream.as(alive);
    for (let ms = 0; ms < 9_000; ms += 100) {
      void upstream.call().catch(() => undefined);
      await wait(100);
    }
    expect(upstream.breaker.state()).toBe('closed');
  });

  test.each([
    ['is aborted by its client', new ClientGone('left'), AbortSignal.abort()],
    ['is ended by the deadline of its operation', new UpstreamTimeout('late'), AbortSignal.abort()],
    ['is not sent', new Overloaded('full'), new AbortController().signal],
  ])('an open breaker sends the next call as the probe when a probe %s', async (_, error, signal) => {
    const upstream = guarded();
    await die(upstream);
    await wait(1_000);
    upstream.as(() => Promise.reject(error));
    expect(await fails(upstream, { signal })).toBe(error);
    expect(upstream.breaker.state()).toBe('open');
    upstream.as(alive);
    await upstream.call();
    expect(upstream.states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  test('a probe that gets a 404 closes the breaker, because the upstream is alive', async () => {
    const upstream = guarded();
    await die(upstream);
    await wait(1_000);
    upstream.as(() => Promise.reject(new NotFound('no')));
    await fails(upstream);
    expect(upstream.breaker.state()).toBe('closed');
  });

  test('a late response to a call from before the breaker opened closes it', async () => {
    const upstream = guarded();
    upstream.as(() => later(6_000).then(() => body));
    const early = upstream.call();
    await die(upstream);
    await wait(1_500);
    await early;
    expect(upstream.states).toEqual(['open', 'closed']);
  });

  test('late failures of calls from before the breaker opened do not keep it open for longer', async () => {
    const upstream = guarded();
    upstream.as(() => later(5_200).then(down));
    for (let n = 0; n < 20; n += 1) void upstream.call().catch(() => undefined);
    await die(upstream);
    await wait(1_000);
    upstream.as(alive);
    await upstream.call();
    expect(upstream.breaker.state()).toBe('closed');
  });

  test('a breaker that was closed opens again only after another row of failures', async () => {
    const upstream = guarded();
    await die(upstream);
    await wait(1_000);
    upstream.as(alive);
    await upstream.call();
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) await fails(upstream);
    await wait(10_000);
    expect(upstream.breaker.state()).toBe('closed');
  });
});

describe('the breaker refuses a call before it waits for the concurrency limit', () => {
  /** A breaker with a queue of waiting calls; `enter` ends the waiting of all calls, or of the first `count`. */
  function waiting() {
    const upstream = guarded();
    const places: (() => void)[] = [];
    const send = withAttemptGuards([rejectBeforeQueueing(upstream.breaker)], async (call) => {
      await new Promise<void>((resolve) => places.push(resolve));
      return upstream.call(call);
    });
    return {
      upstream,
      waits: () => places.length,
      call: () => send({ kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal }),
      enter(count = places.length) {
        for (const enter of places.splice(0, count)) enter();
      },
    };
  }

  test('a call is refused before it waits while the breaker is open, and waits while the breaker is closed', async () => {
    const { upstream, call, waits } = waiting();
    void call();
    void call();
    expect(waits()).toBe(2);
    await die(upstream);
    await expect(call()).rejects.toBeInstanceOf(CircuitOpen);
    expect(waits()).toBe(2);
  });

  test('one call waits to be the probe, and the others are refused while it waits and while it is pending', async () => {
    const { upstream, call, waits, enter } = waiting();
    await die(upstream);
    await wait(1_000);
    upstream.as(() => later(100).then(() => body));
    const probe = call();
    for (let n = 0; n < 10; n += 1) await expect(call()).rejects.toBeInstanceOf(CircuitOpen);
    expect(waits()).toBe(1);
    enter();
    await expect(call()).rejects.toBeInstanceOf(CircuitOpen);
    await wait(100);
    await expect(probe).resolves.toBe(body);
    void call();
    void call();
    expect(waits()).toBe(2);
  });

  test('the waiting probe stays the only one when a call from before ends without a result', async () => {
    const { upstream, call, waits, enter } = waiting();
    const early = call();
    await die(upstream);
    await wait(1_000);
    void call();
    upstream.as(() => Promise.reject(new ClientGone('gone')));
    enter(1);
    await expect(early).rejects.toBeInstanceOf(ClientGone);
    await expect(call()).rejects.toBeInstanceOf(CircuitOpen);
    expect(waits()).toBe(1);
  });

  test('another call becomes the probe when a probe was aborted by its client', async () => {
    const { upstream, call, waits, enter } = waiting();
    await die(upstream);
    await wait(1_000);
    upstream.as(() => Promise.reject(new ClientGone('gone')));
    const probe = call();
    enter();
    await expect(probe).rejects.toBeInstanceOf(ClientGone);
    void call();
    expect(waits()).toBe(1);
  });
});
