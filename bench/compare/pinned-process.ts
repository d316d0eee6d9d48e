import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** What is measured has a core to itself; what measures it, and the upstream, share the other. */
export const targetCore = '0';
export const generatorCore = '1';

export type Pinned = AsyncDisposable & { pid: number; port: number };

export type PinnedOptions = {
  name: string;
  core: string;
  /** The script, from the root of the repository, and its arguments. */
  args: readonly string[];
  port: number;
  env: Readonly<Record<string, string>>;
  /** Whether it serves. */
  isReady: () => Promise<boolean>;
};

const patienceMs = 60_000;

/** Nothing is left running when the bench is interrupted. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a script with this very Node on one core, as in production; what it logs goes to a file. */
export async function startPinned({ name, core, args, port, env, isReady }: PinnedOptions): Promise<Pinned> {
  const log = join(tmpdir(), `contactgraph-bench-${name}.log`);
  const output = openSync(log, 'w');
  const child = spawn('taskset', ['-c', core, process.execPath, ...args], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  children.add(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('taskset (of util-linux) is needed');
  for (const start = performance.now(); !(await isReady().catch(() => false)); ) {
    const isOver = child.exitCode !== null || performance.now() - start > patienceMs;
    if (isOver) {
      await end(child);
      throw new Error(`does not start: ${readFileSync(log, 'utf8').slice(0, 500)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { pid, port, [Symbol.asyncDispose]: () => end(child) };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/** Some peers take their time with what is left; nobody waits for that. */
async function end(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exited;
  clearTimeout(late);
}
