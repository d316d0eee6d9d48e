import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ClientGone,
  NotFound,
  Overloaded,
  RateLimited,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../../src/errors.ts';
import { maxRetryAfter } from '../../../src/http-message/retry-after.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import type { Send, UpstreamCall } from '../../../src/upstream/client/client.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import { RateLimitGateClosed } from '../../../src/upstream/resilience/failure-kinds.ts';
import { createRateLimitGates, type RateLimitGateOptions } from '../../../src/upstream/resilience/rate-limit-gate.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const slowDown = (retryAfter?: number) => () => Promise.reject(new RateLimited('slow', retryAfter));
const alive: Send = async () => body;

/** An upstream behind the rate-limit gate; `sent` has the times of the calls that reach it, in ms. */
function gated(options: RateLimitGateOptions = {}) {
  const gates = createRateLimitGates({ random: () => 0, ...options });
  const sent: number[] = [];
  let answer: Send = alive;
  const began = performance.now();
  const send = withAttemptGuards([gates], (call) => {
    sent.push(performance.now() - began);
    return answer(call);
  });
  return {
    gates,
    sent,
    as(given: Send) {
      answer = given;
    },
    call: (given: Partial<UpstreamCall> = {}) =>
      send({
        kind: 'read',
        method: 'GET',
        path: '/a',
        signal: new AbortController().signal,
        credentialId: 'one',
        ...given,
      }),
  };
}

type Gated = ReturnType<typeof gated>;

/** Advances the clock until all calls have settled, and returns their results. */
async function endOf<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await vi.runAllTimersAsync();
  return Promise.all(calls);
}

const errorOf = (call: Promise<ResponseBody>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Closes the gate of `one` by a 429. */
async function close(upstream: Gated, retryAfter?: number) {
  upstream.as(slowDown(retryAfter));
  expect(await errorOf(upstream.call())).toBeInstanceOf(RateLimited);
  upstream.sent.length = 0;
  upstream.as(alive);
}

/** Returns for how long a gate stays closed that a 429 has just closed, in ms. */
async function closedFor(upstream: Gated): Promise<number> {
  const from = performance.now();
  const call = errorOf(upstream.call());
  for (let n = 0; n < 4_000 && upstream.sent.length === 0; n += 1) await wait(10);
  const ms = performance.now() - from;
  await call;
  return ms;
}

describe('a 429 closes the rate-limit gate of its credential', () => {
  test('a 429 closes the gate for its Retry-After, and calls wait in the meantime', async () => {
    const upstream = gated();
    await close(upstream, 7);
    const call = upstream.call();
    await wait(6_999);
    expect(upstream.sent).toEqual([]);
    await wait(1);
    expect(upstream.sent).toEqual([7_000]);
    await expect(call).resolves.toBe(body);
  });

  test('a 429 closes the gate of its own credential only', async () => {
    const upstream = gated();
    await close(upstream, 7);
    await upstream.call({ credentialId: 'two' });
    upstream.as(slowDown(7));
    await errorOf(upstream.call({ credentialId: undefined }));
    upstream.as(alive);
    await upstream.call({ credentialId: undefined });
    expect(upstream.sent).toEqual([0, 0, 0]);
    expect(upstream.gates.size()).toBe(1);
  });

  test.each([
    ['one', new NotFound('no')],
    ['one', new UpstreamUnavailable('down')],
    [undefined, new RateLimited('slow', 7)],
  ])('a call with the credential %s that fails with $name closes no gate', async (credentialId, error) => {
    const upstream = gated();
    upstream.as(() => Promise.reject(error));
    expect(await errorOf(upstream.call({ credentialId }))).toBe(error);
    expect(upstream.gates.size()).toBe(0);
  });

  test.each([
    [0, undefined, 1_000],
    [0.5, undefined, 1_550],
    [0.999, undefined, 2_100],
    [0, 0, 1_000],
    [0, -5, 1_000],
  ])('a 429 with the random number %d and Retry-After %s closes the gate for %d ms', async (chance, retryAfter, ms) => {
    const upstream = gated({ random: () => chance });
    await close(upstream, retryAfter);
    expect(await closedFor(upstream)).toBe(ms);
  });

  test('consecutive 429s double the time up to 30 seconds, and a success resets it to one second', async () => {
    const upstream = gated();
    await close(upstream);
    const times: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      upstream.as(slowDown());
      times.push(await closedFor(upstream));
      upstream.sent.length = 0;
    }
    expect(times).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]); // and up to twice that
    upstream.as(alive);
    await closedFor(upstream);
    await close(upstream);
    expect(await closedFor(upstream)).toBe(1_000);
  });

  test('a 429 without Retry-After closes the gate for at most 30 seconds', async () => {
    const upstream = gated({ random: () => 0.999 });
    for (let n = 0; n < 10; n += 1) {
      upstream.as(slowDown());
      await closedFor(upstream);
      upstream.sent.length = 0;
    }
    expect(await closedFor(upstream)).toBeLessThanOrEqual(30_100);
  });

  test('the retryAfter of a refused call is at most the longest Retry-After, although the waiting calls are spread', async () => {
    const upstream = gated({ random: () => 0.999 });
    await close(upstream, maxRetryAfter);
    expect(await errorOf(upstream.call({ endsAt: () => performance.now() + 10_000 }))).toMatchObject({
      retryAfter: maxRetryAfter,
    });
    const call = upstream.call();
    await wait(maxRetryAfter * 1_000 + 100);
    await expect(call).resolves.toBe(body);
  });

  test('a hundred concurrent calls that all get a 429 close the gate once', async () => {
    const upstream = gated();
    upstream.as(() => later(10).then(slowDown()));
    const calls = Array.from({ length: 100 }, () => errorOf(upstream.call()));
    await endOf(calls);
    upstream.sent.length = 0;
    upstream.as(alive);
    expect(await closedFor(upstream)).toBe(1_000);
  });

  test('a later 429 of a concurrent call can extend the time of the gate', async () => {
    const upstream = gated();
    upstream.as(() => later(10).then(slowDown(9)));
    const slower = errorOf(upstream.call());
    await close(upstream, 3);
    await wait(10);
    await slower;
    upstream.sent.length = 0;
    upstream.as(slowDown());
    expect(await closedFor(upstream)).toBe(9_000);
    upstream.sent.length = 0;
    expect(await closedFor(upstream)).toBe(2_000); // as by the second 429, because the other was none of those in a row
  });

  test('the gate opens at the latest time of all 429s', async () => {
    const upstream = gated();
    upstream.as(() => later(10).then(slowDown(1)));
    const slower = errorOf(upstream.call());
    await close(upstream, 3);
    await wait(10);
    await slower;
    upstream.sent.length = 0;
    expect(await closedFor(upstream)).toBe(2_990);
  });
});

describe('a call waits at a closed gate', () => {
  test('a call is refused at once with the remaining seconds when the gate opens after its deadline', async () => {
    const upstream = gated();
    await close(upstream, 7);
    const at = performance.now();
    const refused = await errorOf(upstream.call({ endsAt: () => at + 7_000 }));
    expect(refused).toBeInstanceOf(RateLimitGateClosed);
    expect(refused).toMatchObject({ extensions: { code: 'RATE_LIMITED', retryable: true, retryAfter: 7 } });
    expect(performance.now()).toBe(at);
    const inTime = upstream.call({ endsAt: () => at + 7_001 });
    await wait(7_000);
    await expect(inTime).resolves.toBe(body);
    expect(upstream.sent).toEqual([7_000]);
  });

  test('a waiting call is refused as soon as the gate closes again beyond its deadline', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(50).then(slowDown(10)));
    const first = errorOf(upstream.call());
    const [brief, patient] = [5_000, 20_000].map((ms) => {
      const endsAt = performance.now() + ms;
      return errorOf(upstream.call({ endsAt: () => endsAt }));
    });
    await wait(1_050);
    expect(await first).not.toBeInstanceOf(RateLimitGateClosed);
    expect(await brief).toMatchObject({ retryAfter: 10 });
    upstream.as(alive);
    await wait(10_000);
    expect(await patient).toBeUndefined();
  });

  test('a waiting call that is refused leaves no timer', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(50).then(slowDown(10)));
    const first = errorOf(upstream.call());
    const endsAt = performance.now() + 5_000;
    const brief = errorOf(upstream.call({ endsAt: () => endsAt }));
    await wait(1_050);
    expect([await first, await brief]).toEqual([expect.any(RateLimited), expect.any(RateLimitGateClosed)]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['is aborted by its client', undefined, ClientGone],
    ['passes its deadline', new DOMException('over', 'TimeoutError'), UpstreamTimeout],
  ])('a call stops waiting when its operation %s, and the other calls continue', async (_, reason, error) => {
    const upstream = gated();
    await close(upstream, 2);
    const client = new AbortController();
    const gone = errorOf(upstream.call({ signal: client.signal }));
    const next = upstream.call();
    await wait(1_000);
    client.abort(reason);
    expect(await gone).toBeInstanceOf(error);
    await wait(1_000);
    await expect(next).resolves.toBe(body);
    expect(upstream.sent).toEqual([2_000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the gate stays closed when its only waiting call is aborted', async () => {
    const upstream = gated();
    await close(upstream, 2);
    const client = new AbortController();
    const gone = errorOf(upstream.call({ signal: client.signal }));
    client.abort();
    expect(await gone).toBeInstanceOf(ClientGone);
    expect(vi.getTimerCount()).toBe(0);
    await wait(2_000);
    const next = upstream.call();
    await wait(0);
    expect(upstream.sent).toEqual([2_000]);
    await expect(next).resolves.toBe(body);
  });

  test('a call is refused at once when too many calls wait', async () => {
    const upstream = gated();
    await close(upstream, 2);
    const calls = Array.from({ length: 1_000 }, () => upstream.call());
    expect(await errorOf(upstream.call())).toMatchObject({ retryAfter: 2 });
    expect(await endOf(calls)).toHaveLength(1_000);
    expect(upstream.sent).toHaveLength(1_000);
  });
});

describe('an opening gate sends a trial call before the others', () => {
  test('when a gate opens, one trial call is sent, and after its response the others follow at random times', async () => {
    let chance = 0;
    const upstream = gated({ random: () => chance });
    await close(upstream, 1);
    upstream.as(() => later(300).then(() => body));
    const calls = Array.from({ length: 10 }, () => upstream.call());
    await wait(1_299);
    expect(upstream.sent).toEqual([1_000]);
    chance = 0.5;
    await wait(1);
    chance = 0.9;
    calls.push(upstream.call());
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 1_300, ...Array.from({ length: 9 }, () => 1_350)]);
    expect(upstream.gates.size()).toBe(0);
  });

  test('when a gate opens and no call waits, the next call is the trial call', async () => {
    const upstream = gated();
    await close(upstream, 1);
    await wait(5_000);
    upstream.as(() => later(10).then(() => body));
    const calls = [upstream.call(), upstream.call()];
    await wait(0);
    expect(upstream.sent).toEqual([5_000]);
    await endOf(calls);
    expect(upstream.sent).toEqual([5_000, 5_010]);
  });

  test('when a gate opens too early, a hundred waiting calls cause one 429', async () => {
    const upstream = gated();
    await close(upstream);
    upstream.as(slowDown());
    const calls = Array.from({ length: 100 }, () => errorOf(upstream.call()));
    await wait(2_999);
    expect(upstream.sent).toEqual([1_000]);
    upstream.as(alive);
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, ...Array(99).fill(3_000)]);
  });

  test('the calls after the trial call wait again when one of them gets a 429', async () => {
    const chances = [0.1, 0.9];
    const upstream = gated({ random: () => chances.shift() ?? 0 });
    chances.unshift(0, 0); // These are for the closing.
    await close(upstream, 1);
    upstream.as(() => (upstream.sent.length === 1 ? alive : slowDown(5))(undefined as never));
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    await wait(1_500);
    expect(upstream.sent).toEqual([1_000, 1_010]);
    upstream.as(alive);
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 1_010, 6_010]);
  });

  test('a trial call that gets a 404 opens the gate, because it is not a 429', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => Promise.reject(new NotFound('no')));
    await endOf([errorOf(upstream.call()), errorOf(upstream.call())]);
    expect(upstream.gates.size()).toBe(0);
  });

  test.each([
    new UpstreamUnavailable('down'),
    new UpstreamTimeout('late'),
    new ClientGone('left'),
    new Overloaded('full'),
  ])('the next call is the trial call when the first one fails without a response: $name', async (error) => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(100).then(() => Promise.reject(error)));
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    expect(await endOf(calls)).toEqual([error, error, error]);
    expect(upstream.sent).toEqual([1_000, 1_100, 1_200]);
    expect(upstream.gates.size()).toBe(1);
  });

  test('a new call does not overtake the waiting calls when the trial call fails', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(100).then(() => Promise.reject(new UpstreamUnavailable('down'))));
    const first = upstream.call();
    const newcomer = first.catch(() => upstream.call());
    const second = upstream.call();
    await endOf([newcomer, second].map(errorOf));
    expect(upstream.sent).toEqual([1_000, 1_100, 1_200]);
  });

  test('no timer is left, neither while the trial call is pending nor when all calls were sent', async () => {
    const upstream = gated();
    await close(upstream, 1);
    const { promise, resolve } = Promise.withResolvers<ResponseBody>();
    upstream.as(() => promise);
    const first = upstream.call();
    await wait(1_000);
    expect(upstream.sent).toEqual([1_000]);
    expect(vi.getTimerCount()).toBe(0);
    const others = [upstream.call(), upstream.call()];
    await wait(500);
    resolve(body);
    await wait(1);
    await Promise.all([first, ...others]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('another call is the trial call when the first one has no response for a second', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => (upstream.sent.length === 1 ? later(9_000).then(() => body) : alive(undefined as never)));
    const calls = Array.from({ length: 5 }, () => upstream.call());
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 2_000, 2_000, 2_000, 2_000]);
  });

  test('a late failure of a trial call does not open a gate that was closed again', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() =>
      upstream.sent.length === 1 ? later(1_500).then(() => Promise.reject(new UpstreamTimeout('late'))) : slowDown(5)(),
    );
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    await wait(3_000);
    expect(upstream.sent).toEqual([1_000, 2_000]);
    upstream.as(alive);
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 2_000, 7_000]);
  });
});

test('a late response of an earlier trial call does not open a gate that closed after it', async () => {
  const upstream = gated();
  await close(upstream, 1);
  upstream.as(() => (upstream.sent.length === 1 ? later(1_500).then(() => body) : alive(undefined as never)));
  const slow = upstream.call();
  const quick = upstream.call();
  await wait(2_000);
  await quick;
  expect(upstream.gates.size()).toBe(0);
  await close(upstream, 10);
  await wait(1_000);
  await slow;
  expect(upstream.gates.size()).toBe(1);
});

test('a gate that was evicted is closed again by the first 429', async () => {
  const upstream = gated({ maxGates: 1 });
  await close(upstream, 1);
  upstream.as(() => later(50).then(slowDown()));
  const call = errorOf(upstream.call());
  await wait(1_000);
  upstream.as(slowDown(1));
  await errorOf(upstream.call({ credentialId: 'two' }));
  await wait(50);
  await call;
  upstream.sent.length = 0;
  upstream.as(alive);
  expect(await closedFor(upstream)).toBe(1_000);
});

test('the number of gates is limited, and calls that wait at an evicted gate are still sent', async () => {
  const upstream = gated({ maxGates: 3 });
  await close(upstream, 1);
  const waiting = upstream.call();
  upstream.as(slowDown(1));
  for (let n = 0; n < 10; n += 1) await errorOf(upstream.call({ credentialId: `other ${n}` }));
  expect(upstream.gates.size()).toBe(3);
  upstream.as(alive);
  await wait(1_000);
  await expect(waiting).resolves.toBe(body);
});
