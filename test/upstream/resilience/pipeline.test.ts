import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Overloaded, UpstreamUnavailable } from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import type { SendAttempt } from '../../../src/upstream/client/client.ts';
import { CircuitOpen } from '../../../src/upstream/resilience/failure-kinds.ts';
import { createCallPipeline } from '../../../src/upstream/resilience/pipeline.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };
const down: SendAttempt = () => Promise.reject(new UpstreamUnavailable('down'));
const hanging: SendAttempt = () => new Promise(() => undefined);

/** A resilience pipeline with a concurrency limit of one and without retries. */
function guarded() {
  let answer: SendAttempt = async () => body;
  const { send } = createCallPipeline((call, timeoutMs) => answer(call, timeoutMs), {
    off: ['retry'],
    tryTimeoutMs: 3_000,
    connections: 1,
    queueMax: 10,
    slowOperationMs: 0,
    queueWaitMs: 1_000,
  });
  return {
    as(given: SendAttempt) {
      answer = given;
    },
    call: () =>
      send({ kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal }).catch(
        (error: unknown) => error,
      ),
  };
}

test('a call is refused at once while the circuit breaker is open, although the concurrency limit is reached', async () => {
  const upstream = guarded();
  upstream.as(down);
  for (let n = 0; n < 10; n += 1) {
    await upstream.call();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(await upstream.call()).toBeInstanceOf(CircuitOpen);
  await vi.advanceTimersByTimeAsync(500);
  upstream.as(hanging);
  void upstream.call(); // The probe uses the whole limit.
  expect(await upstream.call()).toBeInstanceOf(CircuitOpen);
});

test('a call waits for the concurrency limit while the circuit breaker is closed', async () => {
  const upstream = guarded();
  upstream.as(hanging);
  void upstream.call();
  const second = upstream.call();
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await second).toBeInstanceOf(Overloaded);
});
