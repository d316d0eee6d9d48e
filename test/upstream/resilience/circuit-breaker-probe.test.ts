import { describe, expect, test } from 'vitest';
import { ClientGone, NotFound, Overloaded, UpstreamTimeout } from '../../../src/errors.ts';
import { CircuitOpen } from '../../../src/upstream/resilience/failure-kinds.ts';
import { writeOnce } from '../../../src/upstream/resilience/write-once.ts';
import { alive, body, die, down, fails, guarded } from './support/circuit-breaker.ts';
import { later, wait } from './support/fake-clock.ts';

describe('an open circuit breaker refuses calls and sends probes', () => {
  test('an open breaker refuses every call at once with its own message, and sends nothing', async () => {
    const upstream = guarded();
    await die(upstream);
    const before = upstream.sent();
    for (let n = 0; n < 100; n += 1) {
      const error = await fails(upstream);
      expect(error).toBeInstanceOf(CircuitOpen);
      expect(error).toMatchObject({
        message: 'The upstream does not answer at the moment.',
        extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
      });
    }
    expect(upstream.sent()).toBe(before);
  });

  test('an open breaker refuses a write with an error that says that nothing was sent', async () => {
    const upstream = guarded();
    await die(upstream);
    const write = { resource: 'contact', method: 'PUT', path: '/a', repeatable: false, advice: 'Look.' } as const;
    const written = writeOnce(
      write,
      () => upstream.call({ kind: 'write', method: 'PUT' }),
      () => undefined,
    );
    await expect(written).rejects.toBeInstanceOf(CircuitOpen);
  });

  test('an open breaker sends one probe after a second, and refuses the other calls while the probe is pending', async () => {
    const upstream = guarded();
    await die(upstream);
    const before = upstream.sent();
    upstream.as(() => later(700).then(() => body));
    await wait(999);
    await fails(upstream);
    expect(upstream.sent()).toBe(before);
    await wait(1);
    const probe = upstream.call();
    expect(upstream.breaker.state()).toBe('half-open');
    for (let n = 0; n < 100; n += 1) expect(await fails(upstream)).toBeInstanceOf(CircuitOpen);
    expect(upstream.sent()).toBe(before + 1);
    await wait(700);
    await expect(probe).resolves.toBe(body);
    expect(upstream.states).toEqual(['open', 'half-open', 'closed']);
  });

  test('an open breaker doubles the time to the next probe after each failed one, up to five seconds', async () => {
    const upstream = guarded();
    await die(upstream);
    const probes: number[] = [];
    const began = performance.now();
    upstream.as(() => {
      probes.push(performance.now() - began);
      return down();
    });
    for (let ms = 0; ms <= 22_000; ms += 100) {
      await fails(upstream);
      await wait(100);
    }
    expect(probes).toEqual([1_000, 3_000, 7_000, 12_000, 17_000, 22_000]);
  });

  test('a breaker that was closed and opens again sends its first probe after a second', async () => {
    const upstream = guarded();
    await die(upstream);
    for (const ms of [1_000, 2_000, 4_000]) {
      await wait(ms);
      await fails(upstream);
    }
    upstream.as(alive);
    await wait(5_000);
    await upstream.call();
    await die(upstream);
    await wait(1_000);
    upstream.as(alive);
    await upstream.call();
    expect(upstream.breaker.state()).toBe('closed');
  });

  test('a breaker closes within ten seconds of the recovery, although its last probe hangs', async () => {
    const upstream = guarded();
    await die(upstream);
    upstream.as(() => later(3_000).then(() => Promise.reject(new UpstreamTimeout('late'))));
    for (let ms = 0; ms < 60_000; ms += 100) {
      void upstream.call().catch(() => undefined);
      await wait(100);
    }
    upstream.as(alive);
    for (let ms = 0; ms < 9_000; ms += 100) {
      void upstream.call().catch(() => undefined);
      await wait(100);
    }
    expect(upstream.breaker.state()).toBe('closed');
  });

  test.each([
    ['is aborted by its client', new ClientGone('left'), AbortSignal.abort()],
    ['is ended by the deadline of its operation', new UpstreamTimeout('late'), AbortSignal.abort()],
    ['is not sent', new Overloaded('full'), new AbortController().signal],
  ])('an open breaker sends the next call as the probe when a probe %s', async (_, error, signal) => {
    const upstream = guarded();
    await die(upstream);
    await wait(1_000);
    upstream.as(() => Promise.reject(error));
    expect(await fails(upstream, { signal })).toBe(error);
    expect(upstream.breaker.state()).toBe('open');
    upstream.as(alive);
    await upstream.call();
    expect(upstream.states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  test('a probe that gets a 404 closes the breaker, because the upstream is alive', async () => {
    const upstream = guarded();
    await die(upstream);
    await wait(1_000);
    upstream.as(() => Promise.reject(new NotFound('no')));
    await fails(upstream);
    expect(upstream.breaker.state()).toBe('closed');
  });

  test('a late response to a call from before the breaker opened closes it', async () => {
    const upstream = guarded();
    upstream.as(() => later(6_000).then(() => body));
    const early = upstream.call();
    await die(upstream);
    await wait(1_500);
    await early;
    expect(upstream.states).toEqual(['open', 'closed']);
  });

  test('late failures of calls from before the breaker opened do not keep it open for longer', async () => {
    const upstream = guarded();
    upstream.as(() => later(5_200).then(down));
    for (let n = 0; n < 20; n += 1) void upstream.call().catch(() => undefined);
    await die(upstream);
    await wait(1_000);
    upstream.as(alive);
    await upstream.call();
    expect(upstream.breaker.state()).toBe('closed');
  });

  test('a breaker that was closed opens again only after another row of failures', async () => {
    const upstream = guarded();
    await die(upstream);
    await wait(1_000);
    upstream.as(alive);
    await upstream.call();
    upstream.as(down);
    for (let n = 0; n < 9; n += 1) await fails(upstream);
    await wait(10_000);
    expect(upstream.breaker.state()).toBe('closed');
  });
});
