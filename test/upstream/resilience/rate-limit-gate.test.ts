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

/** An upstream behind gates; `sent` has the times of the calls that reach it, in ms. */
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

/** What has become of calls, once all has been waited for. */
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

/** Until when a gate is closed that a 429 has just closed, in ms from now. */
async function closedFor(upstream: Gated): Promise<number> {
  const from = performance.now();
  const call = errorOf(upstream.call());
  for (let n = 0; n < 4_000 && upstream.sent.length === 0; n += 1) await wait(10);
  const ms = performance.now() - from;
  await call;
  return ms;
}

describe('a 429 closes a gate', () => {
  test('for as long as it says, and those that come meanwhile wait', async () => {
    const upstream = gated();
    await close(upstream, 7);
    const call = upstream.call();
    await wait(6_999);
    expect(upstream.sent).toEqual([]);
    await wait(1);
    expect(upstream.sent).toEqual([7_000]);
    await expect(call).resolves.toBe(body);
  });

  test('for its credential only, and for none without a credential', async () => {
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
  ])('and nothing else does: %s, $name', async (credentialId, error) => {
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
  ])('by chance %d, and Retry-After %s, for %d ms', async (chance, retryAfter, ms) => {
    const upstream = gated({ random: () => chance });
    await close(upstream, retryAfter);
    expect(await closedFor(upstream)).toBe(ms);
  });

  test('for twice as long each time in a row, up to 30 seconds, and for a second again after a success', async () => {
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

  test('for at most 30 seconds when it does not say how long', async () => {
    const upstream = gated({ random: () => 0.999 });
    for (let n = 0; n < 10; n += 1) {
      upstream.as(slowDown());
      await closedFor(upstream);
      upstream.sent.length = 0;
    }
    expect(await closedFor(upstream)).toBeLessThanOrEqual(30_100);
  });

  test('and does not tell a longer time than the longest Retry-After, although the waiting calls are spread', async () => {
    const upstream = gated({ random: () => 0.999 });
    await close(upstream, maxRetryAfter);
    expect(await errorOf(upstream.call({ endsAt: () => performance.now() + 10_000 }))).toMatchObject({
      retryAfter: maxRetryAfter,
    });
    const call = upstream.call();
    await wait(maxRetryAfter * 1_000 + 100);
    await expect(call).resolves.toBe(body);
  });

  test('once, although a hundred calls were under way and all bring one', async () => {
    const upstream = gated();
    upstream.as(() => later(10).then(slowDown()));
    const calls = Array.from({ length: 100 }, () => errorOf(upstream.call()));
    await endOf(calls);
    upstream.sent.length = 0;
    upstream.as(alive);
    expect(await closedFor(upstream)).toBe(1_000);
  });

  test('for longer when one that was under way says so', async () => {
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

  test('until the last moment that was said', async () => {
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

describe('whoever comes to a closed gate', () => {
  test('is refused at once, with the seconds left, when it opens too late for them', async () => {
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

  test('is refused as soon as it closes again for too long', async () => {
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

  test('leaves no timer behind when it closes again for too long', async () => {
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
    ['is left by its client', undefined, ClientGone],
    ['is out of time', new DOMException('over', 'TimeoutError'), UpstreamTimeout],
  ])('waits no longer once their operation %s, and holds nobody up', async (_, reason, error) => {
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

  test('leaves it as it was when they leave alone', async () => {
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

  test('is refused at once when too many wait', async () => {
    const upstream = gated();
    await close(upstream, 2);
    const calls = Array.from({ length: 1_000 }, () => upstream.call());
    expect(await errorOf(upstream.call())).toMatchObject({ retryAfter: 2 });
    expect(await endOf(calls)).toHaveLength(1_000);
    expect(upstream.sent).toHaveLength(1_000);
  });
});

describe('when a gate opens', () => {
  test('one goes first, and the others only when it is answered, not all in one moment', async () => {
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

  test('the first that comes goes first when nobody has waited', async () => {
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

  test('a hundred that waited earn one 429 and not a hundred', async () => {
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

  test('those that follow turn back when one of them brings another 429', async () => {
    const chances = [0.1, 0.9];
    const upstream = gated({ random: () => chances.shift() ?? 0 });
    chances.unshift(0, 0); // of the closing
    await close(upstream, 1);
    upstream.as(() => (upstream.sent.length === 1 ? alive : slowDown(5))(undefined as never));
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    await wait(1_500);
    expect(upstream.sent).toEqual([1_000, 1_010]);
    upstream.as(alive);
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 1_010, 6_010]);
  });

  test('a 404 opens it as well: it is no 429', async () => {
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
  ])('the next goes first when there was no answer: $name', async (error) => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(100).then(() => Promise.reject(error)));
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    expect(await endOf(calls)).toEqual([error, error, error]);
    expect(upstream.sent).toEqual([1_000, 1_100, 1_200]);
    expect(upstream.gates.size()).toBe(1);
  });

  test('nobody who comes just then overtakes whoever has waited', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(100).then(() => Promise.reject(new UpstreamUnavailable('down'))));
    const first = upstream.call();
    const newcomer = first.catch(() => upstream.call());
    const second = upstream.call();
    await endOf([newcomer, second].map(errorOf));
    expect(upstream.sent).toEqual([1_000, 1_100, 1_200]);
  });

  test('no timer is left behind, neither while the first is under way nor when all have gone', async () => {
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

  test('another goes first when nothing was heard of the one before for a second', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => (upstream.sent.length === 1 ? later(9_000).then(() => body) : alive(undefined as never)));
    const calls = Array.from({ length: 5 }, () => upstream.call());
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 2_000, 2_000, 2_000, 2_000]);
  });

  test('one that was not answered does not open again what has closed meanwhile', async () => {
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

test('a gate that has opened already does not open the one after it', async () => {
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

test('a gate that was forgotten is closed anew by the first 429', async () => {
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

test('no more gates are held than may be, and who waits at one that was forgotten still gets through', async () => {
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
