import { describe, expect, test, vi } from 'vitest';
import { ClientGone, NotFound, Overloaded, UpstreamTimeout, UpstreamUnavailable } from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import { later, wait } from './support/fake-clock.ts';
import { alive, body, close, endOf, errorOf, gated, slowDown } from './support/rate-limit-gate.ts';

describe('an opening gate sends a trial call before the others', () => {
  test('when a gate opens, one trial call is sent, and after its response the others follow at random times', async () => {
    let chance = 0;
    const upstream = gated({ random: () => chance });
    await close(upstream, 1);
    upstream.as(() => later(300).then(() => body));
    const calls = Array.from({ length: 10 }, () => upstream.call());
    await wait(1_299);
    expect(upstream.sent).toEqual([1_000]);
    chance = 0.5;
    await wait(1);
    chance = 0.9;
    calls.push(upstream.call());
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 1_300, ...Array.from({ length: 9 }, () => 1_350)]);
    expect(upstream.gates.size()).toBe(0);
  });

  test('when a gate opens and no call waits, the next call is the trial call', async () => {
    const upstream = gated();
    await close(upstream, 1);
    await wait(5_000);
    upstream.as(() => later(10).then(() => body));
    const calls = [upstream.call(), upstream.call()];
    await wait(0);
    expect(upstream.sent).toEqual([5_000]);
    await endOf(calls);
    expect(upstream.sent).toEqual([5_000, 5_010]);
  });

  test('when a gate opens too early, a hundred waiting calls cause one 429', async () => {
    const upstream = gated();
    await close(upstream);
    upstream.as(slowDown());
    const calls = Array.from({ length: 100 }, () => errorOf(upstream.call()));
    await wait(2_999);
    expect(upstream.sent).toEqual([1_000]);
    upstream.as(alive);
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, ...Array(99).fill(3_000)]);
  });

  test('the calls after the trial call wait again when one of them gets a 429', async () => {
    const chances = [0.1, 0.9];
    const upstream = gated({ random: () => chances.shift() ?? 0 });
    chances.unshift(0, 0); // These are for the closing.
    await close(upstream, 1);
    upstream.as(() => (upstream.sent.length === 1 ? alive : slowDown(5))(undefined as never));
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    await wait(1_500);
    expect(upstream.sent).toEqual([1_000, 1_010]);
    upstream.as(alive);
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 1_010, 6_010]);
  });

  test('a trial call that gets a 404 opens the gate, because it is not a 429', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => Promise.reject(new NotFound('no')));
    await endOf([errorOf(upstream.call()), errorOf(upstream.call())]);
    expect(upstream.gates.size()).toBe(0);
  });

  test.each([
    new UpstreamUnavailable('down'),
    new UpstreamTimeout('late'),
    new ClientGone('left'),
    new Overloaded('full'),
  ])('the next call is the trial call when the first one fails without a response: $name', async (error) => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(100).then(() => Promise.reject(error)));
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    expect(await endOf(calls)).toEqual([error, error, error]);
    expect(upstream.sent).toEqual([1_000, 1_100, 1_200]);
    expect(upstream.gates.size()).toBe(1);
  });

  test('a new call does not overtake the waiting calls when the trial call fails', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => later(100).then(() => Promise.reject(new UpstreamUnavailable('down'))));
    const first = upstream.call();
    const newcomer = first.catch(() => upstream.call());
    const second = upstream.call();
    await endOf([newcomer, second].map(errorOf));
    expect(upstream.sent).toEqual([1_000, 1_100, 1_200]);
  });

  test('no timer is left, neither while the trial call is pending nor when all calls were sent', async () => {
    const upstream = gated();
    await close(upstream, 1);
    const { promise, resolve } = Promise.withResolvers<ResponseBody>();
    upstream.as(() => promise);
    const first = upstream.call();
    await wait(1_000);
    expect(upstream.sent).toEqual([1_000]);
    expect(vi.getTimerCount()).toBe(0);
    const others = [upstream.call(), upstream.call()];
    await wait(500);
    resolve(body);
    await wait(1);
    await Promise.all([first, ...others]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('another call is the trial call when the first one has no response for a second', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() => (upstream.sent.length === 1 ? later(9_000).then(() => body) : alive(undefined as never)));
    const calls = Array.from({ length: 5 }, () => upstream.call());
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 2_000, 2_000, 2_000, 2_000]);
  });

  test('a late failure of a trial call does not open a gate that was closed again', async () => {
    const upstream = gated();
    await close(upstream, 1);
    upstream.as(() =>
      upstream.sent.length === 1 ? later(1_500).then(() => Promise.reject(new UpstreamTimeout('late'))) : slowDown(5)(),
    );
    const calls = Array.from({ length: 3 }, () => errorOf(upstream.call()));
    await wait(3_000);
    expect(upstream.sent).toEqual([1_000, 2_000]);
    upstream.as(alive);
    await endOf(calls);
    expect(upstream.sent).toEqual([1_000, 2_000, 7_000]);
  });
});

test('a late response of an earlier trial call does not open a gate that closed after it', async () => {
  const upstream = gated();
  await close(upstream, 1);
  upstream.as(() => (upstream.sent.length === 1 ? later(1_500).then(() => body) : alive(undefined as never)));
  const slow = upstream.call();
  const quick = upstream.call();
  await wait(2_000);
  await quick;
  expect(upstream.gates.size()).toBe(0);
  await close(upstream, 10);
  await wait(1_000);
  await slow;
  expect(upstream.gates.size()).toBe(1);
});
