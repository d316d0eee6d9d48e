import { expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { warmUp } from '../src/warm-up.ts';
import { startRawUpstream } from './support/raw-upstream.ts';

test('the warm-up sends no upstream call and leaves no open server', { timeout: 30_000 }, async () => {
  const upstream = await startRawUpstream((_, response) => response.end());
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
  await warmUp(readConfig({ UPSTREAM_URL: upstream.url, OPERATION_DEADLINE_MS: '5000' }));
  expect(upstream.requests).toEqual([]);
  const after = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
  await expect.poll(after).toBe(before);
  await upstream.close();
});

test('the warm-up is on in production by default, and WARM_UP switches it off', () => {
  expect(readConfig({}).warmUp).toBe(false);
  expect(readConfig({ NODE_ENV: 'production' }).warmUp).toBe(true);
  expect(readConfig({ NODE_ENV: 'production', WARM_UP: 'false' }).warmUp).toBe(false);
});
