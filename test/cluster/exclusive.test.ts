// Servers of a worker that are its own: without `exclusive`, node:cluster would share their port among all workers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runScript } from '../support/process.ts';

const fileUrl = (path: string) => new URL(`../../${path}`, import.meta.url).href;

/** Two workers, each with an emulator and an exclusive server, whose addresses are printed. */
const script = `
  import cluster from 'node:cluster';
  if (cluster.isPrimary) {
    const urls = [];
    cluster.on('message', (_worker, sent) => {
      urls.push(...sent);
      if (urls.length === 4) console.log('urls ' + urls.join());
    });
    for (let n = 0; n < 2; n += 1) cluster.fork();
  } else {
    const { startEmulator } = await import('${fileUrl('emulator/emulator.ts')}');
    const { startHttpServer } = await import('${fileUrl('src/http/server.ts')}');
    const emulator = await startEmulator({ contacts: 1 });
    const server = await startHttpServer(() => undefined, '127.0.0.1', 0, { exclusive: true });
    process.send([emulator.url, server.url]);
  }
`;

test('the emulator of a worker, and a server that is exclusive, have a port that no other worker has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-workers-'));
  const file = join(folder, 'script.mjs');
  writeFileSync(file, script);
  const running = runScript(file, []);
  const [, urls = ''] = await running.printed(/urls (.+)\n/);
  expect(new Set(urls.split(',')).size).toBe(4);
  running.child.kill('SIGKILL');
  await running.exited;
  rmSync(folder, { recursive: true });
});
