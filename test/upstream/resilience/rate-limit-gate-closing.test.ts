import { describe, expect, test } from 'vitest';
import { NotFound, RateLimited, UpstreamUnavailable } from '../../../src/errors.ts';
import { maxRetryAfter } from '../../../src/http-message/retry-after.ts';
import { later, wait } from './support/fake-clock.ts';
import { alive, body, close, closedFor, endOf, errorOf, gated, slowDown } from './support/rate-limit-gate.ts';

describe('a 429 closes the rate-limit gate of its credential', () => {
  test('a 429 closes the gate for its Retry-After, and calls wait in the meantime', async () => {
    const upstream = gated();
    await close(upstream, 7);
    const call = upstream.call();
    await wait(6_999);
    expect(upstream.sent).toEqual([]);
    await wait(1);
    expect(upstream.sent).toEqual([7_000]);
    await expect(call).resolves.toBe(body);
  });

  test('a 429 closes the gate of its own credential only', async () => {
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
  ])('a call with the credential %s that fails with $name closes no gate', async (credentialId, error) => {
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
  ])('a 429 with the random number %d and Retry-After %s closes the gate for %d ms', async (chance, retryAfter, ms) => {
    const upstream = gated({ random: () => chance });
    await close(upstream, retryAfter);
    expect(await closedFor(upstream)).toBe(ms);
  });

  test('consecutive 429s double the time up to 30 seconds, and a success resets it to one second', async () => {
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

  test('a 429 without Retry-After closes the gate for at most 30 seconds', async () => {
    const upstream = gated({ random: () => 0.999 });
    for (let n = 0; n < 10; n += 1) {
      upstream.as(slowDown());
      await closedFor(upstream);
      upstream.sent.length = 0;
    }
    expect(await closedFor(upstream)).toBeLessThanOrEqual(30_100);
  });

  test('the retryAfter of a refused call is at most the longest Retry-After, although the waiting calls are spread', async () => {
    const upstream = gated({ random: () => 0.999 });
    await close(upstream, maxRetryAfter);
    expect(await errorOf(upstream.call({ endsAt: () => performance.now() + 10_000 }))).toMatchObject({
      retryAfter: maxRetryAfter,
    });
    const call = upstream.call();
    await wait(maxRetryAfter * 1_000 + 100);
    await expect(call).resolves.toBe(body);
  });

  test('a hundred concurrent calls that all get a 429 close the gate once', async () => {
    const upstream = gated();
    upstream.as(() => later(10).then(slowDown()));
    const calls = Array.from({ length: 100 }, () => errorOf(upstream.call()));
    await endOf(calls);
    upstream.sent.length = 0;
    upstream.as(alive);
    expect(await closedFor(upstream)).toBe(1_000);
  });

  test('a later 429 of a concurrent call can extend the time of the gate', async () => {
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

  test('the gate opens at the latest time of all 429s', async () => {
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
