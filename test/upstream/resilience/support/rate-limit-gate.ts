import { expect, vi } from 'vitest';
import { RateLimited } from '../../../../src/errors.ts';
import type { ResponseBody } from '../../../../src/upstream/client/body.ts';
import type { Send, UpstreamCall } from '../../../../src/upstream/client/client.ts';
import { withAttemptGuards } from '../../../../src/upstream/resilience/attempt-guard.ts';
import {
  createRateLimitGates,
  type RateLimitGateOptions,
} from '../../../../src/upstream/resilience/rate-limit-gate.ts';
import { wait } from './fake-clock.ts';

/** The response of an upstream that is alive. */
export const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };

/** Returns a function that fails with a 429 whose `Retry-After` has that many seconds. */
export const slowDown = (retryAfter?: number) => () => Promise.reject(new RateLimited('slow', retryAfter));

/** Succeeds with `body`. */
export const alive: Send = async () => body;

/** An upstream behind the rate-limit gate; `sent` has the times of the calls that reach it, in ms. */
export function gated(options: RateLimitGateOptions = {}) {
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
export async function endOf<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await vi.runAllTimersAsync();
  return Promise.all(calls);
}

/** Returns the error of a call, or undefined after a success. */
export const errorOf = (call: Promise<ResponseBody>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Closes the gate of `one` by a 429. */
export async function close(upstream: Gated, retryAfter?: number) {
  upstream.as(slowDown(retryAfter));
  expect(await errorOf(upstream.call())).toBeInstanceOf(RateLimited);
  upstream.sent.length = 0;
  upstream.as(alive);
}

/** Returns for how long a gate stays closed that a 429 has just closed, in ms. */
export async function closedFor(upstream: Gated): Promise<number> {
  const from = performance.now();
  const call = errorOf(upstream.call());
  for (let n = 0; n < 4_000 && upstream.sent.length === 0; n += 1) await wait(10);
  const ms = performance.now() - from;
  await call;
  return ms;
}
