import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  BadUserInput,
  ClientGone,
  NotFound,
  Overloaded,
  RateLimited,
  UpstreamBadResponse,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../../src/errors.ts';
import { alive, body, down, fails, guarded } from './support/circuit-breaker.ts';
import { later, wait } from './support/fake-clock.ts';

describe('the circuit breaker opens after ten failures in a row within at least four seconds', () => {
  test('the breaker opens when ten attempts in a row have failed and the first of them began four seconds ago', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 39; n += 1) {
      await fails(upstream);
      await wait(100);
    }
    await wait(99);
    expect(upstream.states).toEqual([]);
    await wait(1);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker opens after four seconds although no other attempt has ended by then', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 10; n += 1) await fails(upstream);
    upstream.as(() => new Promise(() => undefined));
    void upstream.call();
    await wait(3_999);
    expect(upstream.states).toEqual([]);
    await wait(1);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker opens four seconds after the last response, also where the attempts that time out began before it', async () => {
    const upstream = guarded();
    upstream.as(() => later(3_000).then(() => Promise.reject(new UpstreamTimeout('late'))));
    for (let n = 0; n < 10; n += 1) void fails(upstream);
    await wait(2_500);
    upstream.as(alive);
    await upstream.call();
    await wait(3_999);
    expect(upstream.states).toEqual([]);
    await wait(1);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker does not open when an attempt has succeeded within the four seconds', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 10; n += 1) await fails(upstream);
    upstream.as(alive);
    await wait(3_900);
    await upstream.call();
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) await fails(upstream);
    await wait(60_000);
    expect(upstream.states).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the timer that opens the breaker does not keep the process alive', async () => {
    vi.useRealTimers();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 10; n += 1) await fails(upstream);
    expect(timers()).toBe(before);
    upstream.as(alive);
    await upstream.call();
  });

  test('the breaker opens once, and further failures do not delay its first probe after a second', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 50; n += 1) {
      await fails(upstream);
      await wait(90);
    }
    expect(upstream.states).toEqual(['open']);
    await wait(500);
    expect(upstream.breaker.isRejecting()).toBe(false);
  });

  test('the breaker does not open with fewer than ten failures, however long they take', async () => {
    const upstream = guarded();
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) {
      await fails(upstream);
      await wait(60_000);
    }
    expect(upstream.breaker.state()).toBe('closed');
    await fails(upstream);
    expect(upstream.breaker.state()).toBe('open');
  });

  test('the breaker opens within five seconds when every attempt ends by its time-out of three seconds', async () => {
    const upstream = guarded();
    upstream.as(() => later(3_000).then(() => Promise.reject(new UpstreamTimeout('late'))));
    for (let n = 0; n < 50; n += 1) {
      void fails(upstream);
      await wait(100);
    }
    expect(upstream.states).toEqual(['open']);
  });

  test.each([
    ['a success', async () => body],
    ['a 404', () => Promise.reject(new NotFound('no'))],
    ['a 429', () => Promise.reject(new RateLimited('slow', undefined))],
    ['an invalid response', () => Promise.reject(new UpstreamBadResponse('what'))],
  ])('the breaker does not open when there was %s among the failures', async (_, answer) => {
    const upstream = guarded();
    for (let n = 0; n < 50; n += 1) {
      upstream.as(n % 9 === 8 ? answer : down);
      await upstream.call().catch(() => undefined);
      await wait(1_000);
    }
    expect(upstream.states).toEqual([]);
  });

  test.each([
    ['clients that leave', new ClientGone('left')],
    ['calls that were not sent', new Overloaded('full')],
    ['invalid arguments', new BadUserInput('id')],
    ['errors of the gateway itself', new TypeError('oops')],
  ])('the breaker does not count %s, which do not interrupt a row of failures either', async (_, error) => {
    const upstream = guarded();
    upstream.as(() => Promise.reject(error));
    for (let n = 0; n < 50; n += 1) {
      await fails(upstream);
      await wait(1_000);
    }
    expect(upstream.states).toEqual([]);
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) {
      await fails(upstream);
      await wait(1_000);
    }
    upstream.as(() => Promise.reject(error));
    await fails(upstream);
    upstream.as(down);
    await fails(upstream);
    expect(upstream.states).toEqual(['open']);
  });

  test('the breaker does not count attempts that the end of their operation aborted', async () => {
    const upstream = guarded();
    const signal = AbortSignal.abort(new DOMException('over', 'TimeoutError'));
    for (const error of [new UpstreamTimeout('late'), new UpstreamUnavailable('down')]) {
      upstream.as(() => Promise.reject(error));
      for (let n = 0; n < 20; n += 1) {
        await fails(upstream, { signal });
        await wait(1_000);
      }
    }
    expect(upstream.states).toEqual([]);
  });

  test('the breaker stays closed while half of the calls fail at once and the others succeed just before their time-out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), fc.constantFrom(10, 20, 100), async (coin, everyMs) => {
        const upstream = guarded();
        upstream.as(() => (coin.next().value ? down() : later(2_900).then(() => body)));
        for (let ms = 0; ms < 15_000; ms += everyMs) {
          void upstream.call().catch(() => undefined);
          await wait(everyMs);
        }
        expect(upstream.states).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});
