import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { startLiveMode } from '../../src/modes/live.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';

test.each([
  [{}, 0],
  [{ WARM_UP: 'true' }, 16],
  [{ WARM_UP: 'true', UPSTREAM_CONNECTIONS: '3' }, 3],
])('with %j the gateway opens %i sockets before the first request, and sends nothing', async (env, count) => {
  const upstream = await startRawUpstream((_, response) => response.end());
  const config = readConfig({ UPSTREAM_URL: upstream.url, AUTH_MODE: 'passthrough', ...env });
  const { close } = await startLiveMode(config, upstream.url, createLog('silent'));
  await expect.poll(() => upstream.sockets.open).toBe(count);
  expect(upstream.requests).toEqual([]);
  await close();
  await upstream.close();
});
