import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { freePort } from '../../bench/compare/pinned-process.ts';
import { isServing, sendRequest } from '../../bench/compare/requests.ts';
import { workloads } from '../../bench/compare/workloads.ts';

const inRepository = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

/**
 * In bytes for each operation. Measured 170 to 480 of 330,000 that are allocated, depending on the times of the collections.
 * One closure that V8 keeps (ADR 20) increases it to 11,000 to 57,000, decoded responses in the cache to 40,000. A getter
 * that references few objects is found by a lint rule instead.
 */
const most = 5_000;

const flags = [
  ...['--no-opt', '--no-maglev'], // Code that is not hot runs without these compilers, too.
  '--max-semi-space-size=2', // This causes a young collection every five operations.
  '--initial-old-space-size=1024', // A full collection would hide the bytes that young collections have kept.
];

test('young garbage collections promote no memory of operations that have ended', { timeout: 60_000 }, async () => {
  const [port, upstreamPort] = [await freePort(), await freePort()];
  // The upstream and the client run in processes of their own, so that their garbage is not counted.
  const upstream = new Worker(inRepository('bench/upstream/main.ts'), { argv: [String(upstreamPort)] });
  const gateway = fork(inRepository('src/main.ts'), {
    execArgv: [...flags, '--import', inRepository('test/performance/old-space.ts')],
    env: {
      ...{ PATH: process.env['PATH'], NODE_ENV: 'production', PORT: String(port) },
      ...{ AUTH_MODE: 'passthrough', UPSTREAM_URL: `http://127.0.0.1:${upstreamPort}` },
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    for (let tries = 0; !(await isServing(port).catch(() => false)); tries += 1) {
      if (tries > 300) throw new Error('The gateway does not start.');
      await wait(100);
    }
    await operate(port, 0, 300); // Objects that are created once are in the old generation by then.
    const before = await oldBytesOf(gateway);
    await operate(port, 300, 300);
    const kept = ((await oldBytesOf(gateway)) - before) / 300;
    expect(kept).toBeGreaterThan(0); // A full collection would have reduced it.
    expect(kept).toBeLessThan(most);
  } finally {
    gateway.kill('SIGKILL');
    await upstream.terminate();
  }
});

/**
 * Runs operations one after the other, because a collection rightly keeps pending operations. Each reads another contact,
 * because the cache rightly keeps what is read again.
 */
async function operate(port: number, from: number, times: number): Promise<void> {
  const [w1] = workloads.filter(({ name }) => name === 'W1');
  if (w1 === undefined) throw new Error('the bench has no W1');
  for (let key = from; key < from + times; key += 1) {
    const answer = await sendRequest(w1, port, key);
    if (answer.length < 5_000) throw new Error(`no whole answer: ${answer}`);
  }
}

async function oldBytesOf(gateway: ReturnType<typeof fork>): Promise<number> {
  gateway.send('?');
  const [bytes] = await once(gateway, 'message');
  return bytes as number; // The file old-space.ts sends this message.
}
