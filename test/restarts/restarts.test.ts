/**
 * Restarts under load, as docs/operations.md describes them: no request of 32 clients that keep their connections open is lost.
 * `npm run test:restarts` does the same with ten restarts and the settings of production.
 */
import { expect, test } from 'vitest';
import { lostOf } from './support/load.ts';
import { restartBehindHAProxy, restartOnSharedPort } from './support/restarts.ts';

const env = { DRAIN_DELAY_MS: '2000' };

test('two restarts of the only gateway lose no request when the new process listens before the old one stops', async () => {
  const figures = await restartOnSharedPort(2, env);
  expect(figures.requests).toBeGreaterThan(2_000);
  expect(lostOf(figures), JSON.stringify(figures)).toBe(0);
}, 120_000);

test('restarts of two gateways behind HAProxy, one after the other, lose no request, and HAProxy sends none again', async () => {
  const figures = await restartBehindHAProxy(2, env);
  expect(figures.requests).toBeGreaterThan(2_000);
  expect(lostOf(figures), JSON.stringify(figures)).toBe(0);
  expect(figures).toMatchObject({ econ: 0, eresp: 0, wretr: 0, wredis: 0 });
}, 120_000);
