import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { loginField, path } from '../../src/upstream/wire/index.ts';
import type { Sample } from './memory-probe.ts';

/** An emulator in its own process. */
export type RunningEmulator = AsyncDisposable & {
  url: string;
  organizationId: string;
  token: string;
  /** Clears the call log, and delays every following response by so many ms. */
  prepare(latencyMs: number): Promise<void>;
  /** Returns the number of pages of the contact list that were requested since `prepare`. */
  listCalls(): Promise<number>;
};

/** A gateway in its own process, with the samples that its probe has sent. */
export type RunningGateway<T = Sample> = AsyncDisposable & { url: string; pid: number; samples(): readonly T[] };

/** Starts an emulator on a free port and logs in. @throws {Error} when it does not start */
export async function startEmulator(contacts: number): Promise<RunningEmulator> {
  const args = [inRepository('bin/contactgraph.mjs'), 'emulator', '--port', '0', '--contacts', String(contacts)];
  const { child, end } = run(args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await untilPrinted(
    child,
    /listens on (\S+)[\s\S]*organization +(\S+)[\s\S]*key +(\S+)[\s\S]*secret +(\S+)/,
  );
  const [, url = '', organizationId = '', clientKey, clientSecret] = printed;
  const login = await request(`${url}${path.login}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ [loginField.clientKey]: clientKey, [loginField.clientSecret]: clientSecret }),
  });
  const { token } = (await login.body.json()) as { token: string }; // The cast follows the wire contract.
  return {
    url,
    organizationId,
    token,
    async prepare(latencyMs) {
      await (await request(`${url}/__emulator/calls`, { method: 'DELETE' })).body.dump();
      const body = JSON.stringify({ ms: latencyMs });
      await (await request(`${url}/__emulator/latency`, { method: 'PUT', body })).body.dump();
    },
    async listCalls() {
      const { body } = await request(`${url}/__emulator/counts`);
      return ((await body.json()) as { counts: { contacts: number } }).counts.contacts; // The control handler sends this type.
    },
    [Symbol.asyncDispose]: end,
  };
}

/**
 * Starts a gateway in production mode on a free port.
 *
 * @param profile the folder for its CPU profile; undefined for none
 * @param probe the module that it loads before its own, which sends samples of the type `T`
 * @throws {Error} when it does not start
 */
export async function startGateway<T = Sample>(
  upstreamUrl: string,
  profile: string | undefined,
  probe = 'bench/cursors/memory-probe.ts',
): Promise<RunningGateway<T>> {
  const samples: T[] = [];
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  const args = [...profiling, '--import', inRepository(probe), inRepository('src/main.ts')];
  const env = {
    PORT: '0',
    UPSTREAM_URL: upstreamUrl,
    NODE_ENV: 'production',
    CURSOR_KEYS: randomBytes(32).toString('base64'),
  };
  const { child, end } = run(args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  child.on('message', (sample) => samples.push(sample as T)); // The probe sends no other messages.
  const [, url = ''] = await untilPrinted(child, /listens on (\S+)/);
  return { url, pid: child.pid ?? 0, samples: () => samples, [Symbol.asyncDispose]: end };
}

/** Starts Node with these arguments. `end` sends SIGTERM and waits for the exit. */
export function run(args: readonly string[], { env, ...options }: SpawnOptions) {
  const child = spawn(process.execPath, args, { ...options, env: { PATH: process.env['PATH'], ...env } });
  const exited = once(child, 'exit');
  return {
    child,
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Waits for the line that a process prints when it is ready, and reads on, so that its output never blocks the process. */
export async function untilPrinted(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (printed.length > 10_000) return;
      printed += chunk;
      const found = pattern.exec(printed);
      if (found !== null) resolve(found);
    });
    child.once('exit', () => reject(new Error('A process ended before it was ready.')));
  });
}

/** Returns the absolute path of a file of the repository. */
export function inRepository(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
