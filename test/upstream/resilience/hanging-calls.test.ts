import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UpstreamTimeout } from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import type { UpstreamCall } from '../../../src/upstream/client/client.ts';
import { errorForStatus } from '../../../src/upstream/client/errors.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import {
  type ConcurrencyLimiterOptions,
  createConcurrencyLimiter,
} from '../../../src/upstream/resilience/concurrency-limiter.ts';
import { withRetry } from '../../../src/upstream/resilience/retry.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

const body: ResponseBody = { bytes: Buffer.alloc(0), json: {} };
const timeout = () => new UpstreamTimeout('slow');

/** A limiter before an upstream whose responses the test decides, in any order. */
function limited(options: ConcurrencyLimiterOptions) {
  const limiter = createConcurrencyLimiter(options);
  const sent: { succeed(): void; fail(error: Error): void; call: UpstreamCall }[] = [];
  const send = withAttemptGuards([limiter], (call) => {
    const { promise, resolve, reject } = Promise.withResolvers<ResponseBody>();
    sent.push({ succeed: () => resolve(body), fail: reject, call });
    return promise;
  });
  const { signal } = new AbortController();
  async function call(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      send({ kind: 'read', method: 'GET', path: '/a', signal }).catch(() => undefined);
    }
    await vi.advanceTimersByTimeAsync(0);
  }
  return {
    limiter,
    sent,
    call,
    /** Makes calls that are answered after `ms`, at most as many as the limit. */
    async callAndAnswer(count: number, ms: number) {
      const first = sent.length;
      await call(count);
      await vi.advanceTimersByTimeAsync(ms);
      for (const { succeed } of sent.slice(first)) succeed();
      await vi.advanceTimersByTimeAsync(0);
    },
    /** Ends the calls of that many positions, the oldest of them first. */
    async fail(from: number, to: number, error: () => Error) {
      for (const { fail } of sent.slice(from, to)) fail(error());
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test('the limit does not fall while no call waits for it, whatever share of the calls fails', async () => {
  const { limiter, call, fail, sent } = limited({ initial: 40 });
  for (let turn = 0; turn < 5; turn += 1) {
    await call(40);
    await vi.advanceTimersByTimeAsync(1_000);
    await fail(sent.length - 40, sent.length, () => errorForStatus(503));
  }
  expect(limiter.state()).toMatchObject({ limit: 40, inFlight: 0 });
});

test('time-outs do not lower the limit where the upstream answers other calls much faster', async () => {
  const { limiter, callAndAnswer, call, fail, sent } = limited({ initial: 40 });
  await callAndAnswer(40, 20);
  const before = limiter.state().limit;
  await call(before + 40);
  await vi.advanceTimersByTimeAsync(3_000);
  await fail(40, sent.length, timeout);
  expect(limiter.state().limit).toBe(before);
});

test('time-outs lower the limit where answers take nearly as long', async () => {
  const { limiter, callAndAnswer, call, fail, sent } = limited({ initial: 40 });
  await callAndAnswer(40, 2_000);
  const before = limiter.state().limit;
  await call(before + 40);
  await vi.advanceTimersByTimeAsync(3_000);
  await fail(40, sent.length, timeout);
  expect(limiter.state().limit).toBeLessThan(before);
});

test('calls that hang do not count for the limit, once a call is answered that was sent 100 ms later', async () => {
  const { limiter, call, sent } = limited({ initial: 4, max: 10 });
  await call(3);
  await vi.advanceTimersByTimeAsync(101);
  await call(4); // One is sent, and three wait.
  expect(limiter.state()).toMatchObject({ inFlight: 4, hanging: 0, queued: 3 });
  sent[3]?.succeed();
  await vi.advanceTimersByTimeAsync(0);
  expect(limiter.state()).toMatchObject({ inFlight: 6, hanging: 3, queued: 0 });
});

test('calls that are about as old as the answered ones do not hang', async () => {
  const { limiter, call, sent } = limited({ initial: 4, max: 10 });
  await call(3);
  await vi.advanceTimersByTimeAsync(99);
  await call(4);
  sent[3]?.succeed();
  await vi.advanceTimersByTimeAsync(0);
  expect(limiter.state()).toMatchObject({ inFlight: 4, hanging: 0, queued: 2 });
});

test('with hanging calls, no more calls are pending than there are sockets', async () => {
  const { limiter, call, sent } = limited({ initial: 4, max: 6 });
  for (let turn = 0; turn < 5; turn += 1) {
    await call(3);
    await vi.advanceTimersByTimeAsync(101);
    sent.at(-1)?.succeed();
    await vi.advanceTimersByTimeAsync(0);
  }
  const { inFlight, queued } = limiter.state();
  expect(inFlight).toBe(6);
  expect(queued).toBeGreaterThan(0);
});

test('an upstream that answers no call has no more pending calls than the limit, however long they take', async () => {
  const { limiter, call } = limited({ initial: 4, max: 10, maxWaitMs: 60_000 });
  await call(8);
  await vi.advanceTimersByTimeAsync(10_000);
  await call(8);
  expect(limiter.state()).toMatchObject({ inFlight: 4, hanging: 0, queued: 12 });
});

test('calls that hang leave nothing behind when they end', async () => {
  const { limiter, call, sent, fail } = limited({ initial: 4, max: 10 });
  await call(3);
  await vi.advanceTimersByTimeAsync(101);
  await call(1);
  sent[3]?.succeed();
  await vi.advanceTimersByTimeAsync(3_000);
  await fail(0, 3, timeout);
  expect(limiter.state()).toMatchObject({ inFlight: 0, hanging: 0, queued: 0, tenants: 0 });
});

test('a call knows how long it waited for the limiter', async () => {
  const { call, sent } = limited({ initial: 4 });
  await call(5);
  await vi.advanceTimersByTimeAsync(700);
  sent[0]?.succeed();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map(({ call: { queuedMs } }) => queuedMs)).toEqual([undefined, undefined, undefined, undefined, 700]);
});

test('a repeated attempt does not count the wait of the one before', async () => {
  const waits: (number | undefined)[] = [];
  const send = withRetry({ baseMs: 0 })((call) => {
    waits.push(call.queuedMs);
    call.queuedMs = 1_000;
    return waits.length === 1 ? Promise.reject(errorForStatus(503)) : Promise.resolve(body);
  });
  await send({ kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal });
  expect(waits).toEqual([undefined, undefined]);
});
