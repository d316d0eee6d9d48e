import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Overloaded, UpstreamUnavailable } from '../../../src/errors.ts';
import type { Body } from '../../../src/upstream/body.ts';
import type { Try } from '../../../src/upstream/client.ts';
import { UpstreamDown } from '../../../src/upstream/resilience/breaker.ts';
import { guardCalls } from '../../../src/upstream/resilience/chain.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

const body: Body = { bytes: Buffer.from('{}'), json: {} };
const down: Try = () => Promise.reject(new UpstreamUnavailable('down'));
const hanging: Try = () => new Promise(() => undefined);

/** One place at the upstream, and nothing is sent twice. */
function guarded() {
  let answer: Try = async () => body;
  const send = guardCalls((call, timeoutMs) => answer(call, timeoutMs), {
    off: ['retry'],
    tryTimeoutMs: 3_000,
    connections: 1,
    queueMax: 10,
    queueWaitMs: 1_000,
  });
  return {
    as(given: Try) {
      answer = given;
    },
    call: () =>
      send({ method: 'GET', path: '/a', signal: new AbortController().signal }).catch((error: unknown) => error),
  };
}

test('a call is refused at once while the upstream is dead, although there is no place to be had', async () => {
  const upstream = guarded();
  upstream.as(down);
  for (let n = 0; n < 10; n += 1) {
    await upstream.call();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(await upstream.call()).toBeInstanceOf(UpstreamDown);
  await vi.advanceTimersByTimeAsync(500);
  upstream.as(hanging);
  void upstream.call(); // the probe, in the only place
  expect(await upstream.call()).toBeInstanceOf(UpstreamDown);
});

test('a call waits for a place while the upstream is alive', async () => {
  const upstream = guarded();
  upstream.as(hanging);
  void upstream.call();
  const second = upstream.call();
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await second).toBeInstanceOf(Overloaded);
});
