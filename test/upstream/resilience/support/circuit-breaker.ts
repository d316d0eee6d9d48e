import { expect } from 'vitest';
import { UpstreamUnavailable } from '../../../../src/errors.ts';
import type { ResponseBody } from '../../../../src/upstream/client/body.ts';
import type { Send, UpstreamCall } from '../../../../src/upstream/client/client.ts';
import { withAttemptGuards } from '../../../../src/upstream/resilience/attempt-guard.ts';
import {
  type CircuitBreakerOptions,
  type CircuitBreakerState,
  createCircuitBreaker,
} from '../../../../src/upstream/resilience/circuit-breaker.ts';
import { wait } from './fake-clock.ts';

/** The response of an upstream that is alive. */
export const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };

/** Fails like an upstream that cannot be reached. */
export const down = () => Promise.reject(new UpstreamUnavailable('down'));

/** Succeeds with `body`. */
export const alive = async () => body;

/** An upstream behind a circuit breaker; `as` sets its response, and `sent` counts the calls that reach it. */
export function guarded(options: CircuitBreakerOptions = {}) {
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
export async function die(upstream: Guarded) {
  upstream.as(down);
  for (let n = 0; n < 10; n += 1) {
    await fails(upstream);
    if (n < 9) await wait(500);
  }
  expect(upstream.breaker.state()).toBe('open');
}

/** Makes a call that must fail, and returns its error. */
export const fails = (upstream: Guarded, given?: Partial<UpstreamCall>) =>
  upstream.call(given).then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
