import { describe, expect, test } from 'vitest';
import { ClientGone } from '../../../src/errors.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import { rejectBeforeQueueing } from '../../../src/upstream/resilience/circuit-breaker.ts';
import { CircuitOpen } from '../../../src/upstream/resilience/failure-kinds.ts';
import { body, die, guarded } from './support/circuit-breaker.ts';
import { later, wait } from './support/fake-clock.ts';

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
