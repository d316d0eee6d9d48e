import { getEventListeners } from 'node:events';
import { Dispatcher } from 'undici';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ClientGone, type NotFound, UpstreamTimeout } from '../../../src/errors.ts';
import type { SendAttempt, UpstreamCall } from '../../../src/upstream/client/client.ts';
import { dispatchRequest } from '../../../src/upstream/client/dispatch.ts';
import { errorForFailure } from '../../../src/upstream/client/errors.ts';
import { withAttemptTimeout } from '../../../src/upstream/resilience/attempt-timeout.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const operation = () => new AbortController();
const read = (signal: AbortSignal): UpstreamCall => ({ kind: 'read', method: 'GET', path: '/a', signal });

type Answer = (handler: Dispatcher.DispatchHandler, controller: Dispatcher.DispatchController) => void;

/** Sends an attempt as the client does, but with a response of the test instead of a socket. */
function answering(answer: Answer): SendAttempt {
  class Answering extends Dispatcher {
    override dispatch(_request: unknown, handler: Dispatcher.DispatchHandler): boolean {
      answer(handler, {} as Dispatcher.DispatchController);
      return true;
    }
  }
  const request = { method: 'GET', path: '/a' } as const;
  return async ({ signal }, timeoutMs) => {
    try {
      signal.throwIfAborted();
      const options = {
        signal,
        timeoutMs,
        checkHead: () => undefined,
        checkAbsence: (error: NotFound) => error,
        maxBytes: 1_000,
      };
      const { bytes } = await dispatchRequest(new Answering(), request, options);
      return { bytes, json: {} };
    } catch (error) {
      throw errorForFailure(error, signal);
    }
  };
}

const hanging = answering(() => undefined);

/** Returns the error of a call and the time after which it ended, in ms; undefined if it does not end within a minute. */
async function endOf(call: UpstreamCall, send = withAttemptTimeout()(hanging)) {
  const began = performance.now();
  let end: { ms: number; error: unknown } | undefined;
  send(call).catch((error: unknown) => {
    end = { ms: performance.now() - began, error };
  });
  await vi.advanceTimersByTimeAsync(60_000);
  return end;
}

test('an attempt ends with a time-out after three seconds, while its operation continues', async () => {
  const { signal } = operation();
  expect(await endOf(read(signal))).toEqual({ ms: 3_000, error: expect.any(UpstreamTimeout) });
  expect(signal.aborted).toBe(false);
});

test('the time-out of an attempt is longer by a millisecond for each row of the requested page', async () => {
  const { signal } = operation();
  expect(await endOf({ ...read(signal), rows: 10_000 })).toMatchObject({ ms: 13_000 });
  const eager = withAttemptTimeout({ tryTimeoutMs: 100, rowTimeoutMs: 2 })(hanging);
  expect(await endOf({ ...read(signal), rows: 10 }, eager)).toMatchObject({ ms: 120 });
});

test.each([
  ['is aborted by its client', undefined, ClientGone],
  ['passes its deadline', new DOMException('over', 'TimeoutError'), UpstreamTimeout],
])(
  'an attempt ends with the same reason when its operation %s, before or during the attempt',
  async (_, reason, error) => {
    expect(await endOf(read(AbortSignal.abort(reason)))).toEqual({ ms: 0, error: expect.any(error) });
    const { signal, abort } = bound(operation());
    setTimeout(() => abort(reason), 500);
    expect(await endOf(read(signal))).toEqual({ ms: 500, error: expect.any(error) });
  },
);

test('a write has no time-out but its deadline, because its result would be unknown after a time-out', async () => {
  const { signal } = operation();
  const write: UpstreamCall = { ...read(signal), kind: 'write', method: 'PUT' };
  expect(await endOf(write)).toBeUndefined();
});

test('the call for the next page of a scroll has the time-out of a read', async () => {
  const { signal } = operation();
  const page: UpstreamCall = { ...read(signal), kind: 'scroll' };
  expect(await endOf(page)).toMatchObject({ ms: 3_000 });
});

test.each([
  ['succeeded', (handler, controller) => handler.onResponseEnd?.(controller, {})],
  ['failed', (handler, controller) => handler.onResponseError?.(controller, new Error('no'))],
] satisfies [string, Answer][])('a try that has %s leaves neither a timer nor a listener behind', async (_, answer) => {
  const { signal } = operation();
  const send = withAttemptTimeout()(answering(answer));
  await send(read(signal)).catch(() => undefined);
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

function bound(controller: AbortController) {
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
}

test.each([
  [0, 3_000],
  [1_200, 1_800],
  [2_950, 100],
  [4_900, 100],
])('after a wait of %i ms at the limiter an attempt has %i ms, which is at least the minimum', async (queuedMs, ms) => {
  const send = withAttemptTimeout({ minAfterWaitMs: () => 100 })(hanging);
  expect(await endOf({ ...read(operation().signal), queuedMs }, send)).toMatchObject({ ms });
});

test('after a wait an attempt has no more than its whole time, where answers take longer than that', async () => {
  const send = withAttemptTimeout({ minAfterWaitMs: () => 9_000 })(hanging);
  expect(await endOf({ ...read(operation().signal), queuedMs: 1_000 }, send)).toMatchObject({ ms: 3_000 });
});

test('a write that has waited still has no time-out of an attempt', async () => {
  const send = withAttemptTimeout({ minAfterWaitMs: () => 100 })(hanging);
  expect(await endOf({ ...read(operation().signal), kind: 'write', queuedMs: 1_000 }, send)).toBeUndefined();
});
