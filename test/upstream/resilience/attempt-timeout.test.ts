import { getEventListeners } from 'node:events';
import { Dispatcher } from 'undici';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ClientGone, UpstreamTimeout } from '../../../src/errors.ts';
import type { SendAttempt, UpstreamCall } from '../../../src/upstream/client/client.ts';
import { dispatchRequest } from '../../../src/upstream/client/dispatch.ts';
import { errorForFailure } from '../../../src/upstream/client/errors.ts';
import { withAttemptTimeout } from '../../../src/upstream/resilience/attempt-timeout.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const operation = () => new AbortController();
const read = (signal: AbortSignal): UpstreamCall => ({ kind: 'read', method: 'GET', path: '/a', signal });

type Answer = (handler: Dispatcher.DispatchHandler, controller: Dispatcher.DispatchController) => void;

/** An exchange without a socket, as the client makes it. */
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
      const options = { signal, timeoutMs, checkHead: () => undefined, maxBytes: 1_000 };
      const { bytes } = await dispatchRequest(new Answering(), request, options);
      return { bytes, json: {} };
    } catch (error) {
      throw errorForFailure(error, signal);
    }
  };
}

const hanging = answering(() => undefined);

/** After how many ms a call ends, and how; undefined when it does not within a minute. */
async function endOf(call: UpstreamCall, send = withAttemptTimeout()(hanging)) {
  const began = performance.now();
  let end: { ms: number; error: unknown } | undefined;
  send(call).catch((error: unknown) => {
    end = { ms: performance.now() - began, error };
  });
  await vi.advanceTimersByTimeAsync(60_000);
  return end;
}

test('a try ends after three seconds, as a time-out, while its operation goes on', async () => {
  const { signal } = operation();
  expect(await endOf(read(signal))).toEqual({ ms: 3_000, error: expect.any(UpstreamTimeout) });
  expect(signal.aborted).toBe(false);
});

test('a try may take a millisecond longer for each row that it asks for', async () => {
  const { signal } = operation();
  expect(await endOf({ ...read(signal), rows: 10_000 })).toMatchObject({ ms: 13_000 });
  const eager = withAttemptTimeout({ tryTimeoutMs: 100, rowTimeoutMs: 2 })(hanging);
  expect(await endOf({ ...read(signal), rows: 10 }, eager)).toMatchObject({ ms: 120 });
});

test.each([
  ['leaves', undefined, ClientGone],
  ['is out of time', new DOMException('over', 'TimeoutError'), UpstreamTimeout],
])('a try ends when its operation %s, before or meanwhile, for the same reason', async (_, reason, error) => {
  expect(await endOf(read(AbortSignal.abort(reason)))).toEqual({ ms: 0, error: expect.any(error) });
  const { signal, abort } = bound(operation());
  setTimeout(() => abort(reason), 500);
  expect(await endOf(read(signal))).toEqual({ ms: 500, error: expect.any(error) });
});

test('a write may take until its deadline, because nobody would know what became of it', async () => {
  const { signal } = operation();
  const write: UpstreamCall = { ...read(signal), kind: 'write', method: 'PUT' };
  expect(await endOf(write)).toBeUndefined();
});

test('the next page of a scroll has the time-out of a read', async () => {
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
