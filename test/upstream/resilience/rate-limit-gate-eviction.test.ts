import { expect, test } from 'vitest';
import { later, wait } from './support/fake-clock.ts';
import { alive, body, close, closedFor, errorOf, gated, slowDown } from './support/rate-limit-gate.ts';

test('a gate that was evicted is closed again by the first 429', async () => {
  const upstream = gated({ maxGates: 1 });
  await close(upstream, 1);
  upstream.as(() => later(50).then(slowDown()));
  const call = errorOf(upstream.call());
  await wait(1_000);
  upstream.as(slowDown(1));
  await errorOf(upstream.call({ credentialId: 'two' }));
  await wait(50);
  await call;
  upstream.sent.length = 0;
  upstream.as(alive);
  expect(await closedFor(upstream)).toBe(1_000);
});

test('the number of gates is limited, and calls that wait at an evicted gate are still sent', async () => {
  const upstream = gated({ maxGates: 3 });
  await close(upstream, 1);
  const waiting = upstream.call();
  upstream.as(slowDown(1));
  for (let n = 0; n < 10; n += 1) await errorOf(upstream.call({ credentialId: `other ${n}` }));
  expect(upstream.gates.size()).toBe(3);
  upstream.as(alive);
  await wait(1_000);
  await expect(waiting).resolves.toBe(body);
});
