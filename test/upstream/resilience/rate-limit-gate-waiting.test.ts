import { describe, expect, test, vi } from 'vitest';
import { ClientGone, RateLimited, UpstreamTimeout } from '../../../src/errors.ts';
import { RateLimitGateClosed } from '../../../src/upstream/resilience/failure-kinds.ts';
import { later, wait } from './support/fake-clock.ts';
import { alive, body, close, endOf, errorOf, gated, slowDown } from './support/rate-limit-gate.ts';

describe('a call waits at a closed gate', () => {
  test('a call is refused at once with the remaining seconds when the gate opens after its deadline', async () => {
    const upstream = gated();
    await close(upstream, 7);
    const at = performance.now();
    const refused = await errorOf(upstream.call({ endsAt: () => at + 7_000 }));
    expect(refused).toBeInstanceOf(RateLimitGateClosed);
    expect(refused).toMatchObject({ extensions: { code: 'RATE_LIMITED', retryable: true, retryAfter: 7 } });
    expect(performance.now()).toBe(at);
    const inTime = upstream.call({ endsAt: () => at + 7_001 });
    await wait(7_000);
    await expect(inTime).resolves.toBe(body);
    expect(upstream.sent).toEqual([7_000]);
  });

  test('a waiting call is refused as soon as the gate closes again beyond its deadline', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(50).then(slowDown(10)));
    const first = errorOf(upstream.call());
    const [brief, patient] = [5_000, 20_000].map((ms) => {
      const endsAt = performance.now() + ms;
      return errorOf(upstream.call({ endsAt: () => endsAt }));
    });
    await wait(1_050);
    expect(await first).not.toBeInstanceOf(RateLimitGateClosed);
    expect(await brief).toMatchObject({ retryAfter: 10 });
    upstream.as(alive);
    await wait(10_000);
    expect(await patient).toBeUndefined();
  });

  test('a waiting call that is refused leaves no timer', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(50).then(slowDown(10)));
    const first = errorOf(upstream.call());
    const endsAt = performance.now() + 5_000;
    const brief = errorOf(upstream.call({ endsAt: () => endsAt }));
    await wait(1_050);
    expect([await first, await brief]).toEqual([expect.any(RateLimited), expect.any(RateLimitGateClosed)]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['is aborted by its client', undefined, ClientGone],
    ['passes its deadline', new DOMException('over', 'TimeoutError'), UpstreamTimeout],
  ])('a call stops waiting when its operation %s, and the other calls continue', async (_, reason, error) => {
    const upstream = gated();
    await close(upstream, 2);
    const client = new AbortController();
    const gone = errorOf(upstream.call({ signal: client.signal }));
    const next = upstream.call();
    await wait(1_000);
    client.abort(reason);
    expect(await gone).toBeInstanceOf(error);
    await wait(1_000);
    await expect(next).resolves.toBe(body);
    expect(upstream.sent).toEqual([2_000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the gate stays closed when its only waiting call is aborted', async () => {
    const upstream = gated();
    await close(upstream, 2);
    const client = new AbortController();
    const gone = errorOf(upstream.call({ signal: client.signal }));
    client.abort();
    expect(await gone).toBeInstanceOf(ClientGone);
    expect(vi.getTimerCount()).toBe(0);
    await wait(2_000);
    const next = upstream.call();
    await wait(0);
    expect(upstream.sent).toEqual([2_000]);
    await expect(next).resolves.toBe(body);
  });

  test('a call is refused at once when too many calls wait', async () => {
    const upstream = gated();
    await close(upstream, 2);
    const calls = Array.from({ length: 1_000 }, () => upstream.call());
    expect(await errorOf(upstream.call())).toMatchObject({ retryAfter: 2 });
    expect(await endOf(calls)).toHaveLength(1_000);
    expect(upstream.sent).toHaveLength(1_000);
  });
});
