import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The core of the target. The load generator and the upstream share the other core. */
export const targetCore = '0';
/** The core of the load generator and the upstream. */
export const generatorCore = '1';

/** A process that runs on one core. Disposing ends it. */
export type PinnedProcess = AsyncDisposable & { pid: number; port: number };

/** The options of `startPinnedProcess`. */
export type PinnedOptions = {
  name: string;
  core: string;
  /** The script, from the root of the repository, and its arguments. */
  args: readonly string[];
  port: number;
  env: Readonly<Record<string, string>>;
  /** Returns whether the process accepts requests; a rejection means no. */
  isReady: () => Promise<boolean>;
};

const startTimeoutMs = 60_000;

/** The running processes, which are ended when the bench is interrupted. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/**
 * Starts a script on one core with the Node of this process and `NODE_ENV=production`. Its output goes to a file.
 *
 * @throws {Error} with the start of its output, when it exits or is not ready in time
 */
export async function startPinnedProcess({
  name,
  core,
  args,
  port,
  env,
  isReady,
}: PinnedOptions): Promise<PinnedProcess> {
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
    const hasFailed = child.exitCode !== null || performance.now() - start > startTimeoutMs;
    if (hasFailed) {
      await end(child);
      throw new Error(`does not start: ${readFileSync(log, 'utf8').slice(0, 500)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { pid, port, [Symbol.asyncDispose]: () => end(child) };
}

/** Returns a free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/** Ends a process. It is killed after three seconds, because some peers take long to stop. */
async function end(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exited;
  clearTimeout(killTimer);
}
