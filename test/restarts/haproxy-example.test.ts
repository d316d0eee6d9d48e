import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { configurationFile } from './support/haproxy.ts';

test('HAProxy accepts the configuration of the documentation as it is', async () => {
  // The folder of its control socket need not exist.
  const env = { PATH: process.env['PATH'], STATS_SOCKET: '/tmp/contactgraph-haproxy.sock' };
  const { stdout, stderr } = await promisify(execFile)('haproxy', ['-c', '-f', configurationFile], { env });
  expect([stdout, stderr]).toEqual(['Configuration file is valid\n', '']);
});
