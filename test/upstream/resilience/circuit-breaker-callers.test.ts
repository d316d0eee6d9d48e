// One caller whose calls time out does not make the gateway refuse the calls of others.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Overloaded, RateLimited, UpstreamTimeout, UpstreamUnavailable } from '../../../src/errors.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import { createCircuitBreaker, rejectBeforeQueueing } from '../../../src/upstream/resilience/circuit-breaker.ts';
import { CircuitOpen } from '../../../src/upstream/resilience/failure-kinds.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const timeout = () => new UpstreamTimeout('slow');
const down = () => new UpstreamUnavailable('down');

/** A breaker, and the calls that reach the upstream. A call ends with the error that `failures` has for its caller. */
function guarded() {
  const breaker = createCircuitBreaker();
  const failures: Record<string, () => Error> = {};
  const sent: string[] = [];
  const send = withAttemptGuards([rejectBeforeQueueing(breaker), breaker], async ({ caller = '' }) => {
    sent.push(caller);
    const failure = failures[caller];
    if (failure !== undefined) throw failure();
    return { bytes: Buffer.from('{}'), json: {} };
  });
  const call = (caller: string) =>
    send({ kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal, caller }).then(
      () => undefined,
      (error: unknown) => error,
    );
  async function fail(callers: readonly string[]): Promise<void> {
    for (let n = 0; n < 12; n += 1) {
      await call(callers[n % callers.length] ?? '');
      await vi.advanceTimersByTimeAsync(400);
    }
  }
  return { breaker, failures, sent, call, fail };
}

test('after time-outs of one caller only, its calls are rejected, and those of another one are sent and close the breaker', async () => {
  const { breaker, failures, sent, call, fail } = guarded();
  failures['one'] = timeout;
  await fail(['one']);
  expect(breaker.state()).not.toBe('closed');
  sent.length = 0;
  const rejected = await Promise.all([call('one'), call('one')]);
  expect(rejected.filter((error) => error instanceof CircuitOpen).length).toBeGreaterThan(0);
  sent.length = 0;
  expect(await call('another')).toBeUndefined();
  expect(sent).toEqual(['another']);
  expect(breaker.state()).toBe('closed');
});

test('when the calls of a second caller time out as well, the calls of all are rejected', async () => {
  const { failures, sent, call, fail } = guarded();
  failures['one'] = timeout;
  failures['another'] = timeout;
  await fail(['one']);
  expect(await call('another')).toBeInstanceOf(UpstreamTimeout);
  sent.length = 0;
  await call('third'); // it may be the probe
  failures['third'] = timeout;
  await fail(['one', 'another']);
  await call('one');
  expect(await call('third')).toBeInstanceOf(CircuitOpen);
});

test('when the calls of one caller fail otherwise than by a time-out, the upstream is down for all', async () => {
  const { failures, call, fail } = guarded();
  failures['one'] = down;
  await fail(['one']);
  await call('one');
  expect(await call('another')).toBeInstanceOf(CircuitOpen);
});

test.each([
  ['a full queue', () => new Overloaded('full')],
  ['its own 429', () => new RateLimited('slow down', 1)],
])('%s of one caller never opens the breaker', async (_, failure) => {
  const { breaker, failures, fail } = guarded();
  failures['one'] = failure;
  for (let times = 0; times < 5; times += 1) await fail(['one']);
  expect(breaker.state()).toBe('closed');
});
