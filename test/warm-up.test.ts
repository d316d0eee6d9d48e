import { expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { warmUp } from '../src/warm-up.ts';
import { startRawUpstream } from './support/raw-upstream.ts';

test('warming up asks the upstream for nothing, and leaves nothing behind', { timeout: 30_000 }, async () => {
  const upstream = await startRawUpstream((_, response) => response.end());
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
  await warmUp(readConfig({ UPSTREAM_URL: upstream.url, OPERATION_DEADLINE_MS: '5000' }));
  expect(upstream.requests).toEqual([]);
  const after = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
  await expect.poll(after).toBe(before);
  await upstream.close();
});

test('a process warms up in production, unless it is told otherwise', () => {
  expect(readConfig({}).warmUp).toBe(false);
  expect(readConfig({ NODE_ENV: 'production' }).warmUp).toBe(true);
  expect(readConfig({ NODE_ENV: 'production', WARM_UP: 'false' }).warmUp).toBe(false);
});
