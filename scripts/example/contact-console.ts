import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../examples/contact-console', import.meta.url));

/** A process that serves something, and how it is ended. */
export type ServingProcess = { url: string; close(): Promise<void> };

const vite = 'node_modules/vite/bin/vite.js';

/**
 * Installs the packages of the example app where they are missing, and builds it.
 *
 * @throws {Error} when a step fails; its output is on the standard error
 */
export async function buildContactConsole(): Promise<void> {
  if (!existsSync(`${folder}/node_modules`)) await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
  await run(process.execPath, ['node_modules/relay-compiler/cli.js', '--output', 'quiet-with-errors']);
  await run(process.execPath, [vite, 'build', '--logLevel', 'error']);
}

/** Checks the types of the example app, those of its documents included. @throws {Error} for a problem, which is on the standard error */
export async function checkContactConsole(): Promise<void> {
  await run(process.execPath, ['node_modules/typescript/bin/tsc']);
}

/**
 * Serves the example app as it was built, on a free port of the loopback interface.
 *
 * @param gatewayUrl the origin of the gateway, to which the server forwards `/graphql`
 */
export async function serveContactConsole(gatewayUrl: string): Promise<ServingProcess> {
  const preview = spawn(process.execPath, [vite, 'preview', '--host', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, GATEWAY_URL: gatewayUrl, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return serving(preview, /(http:\/\/127\.0\.0\.1:\d+)/);
}

/**
 * Waits until a process prints its address. The process ends with this one at the latest.
 *
 * @param pattern matches the line with the address, which is its first group
 */
export async function serving(child: ChildProcess, pattern: RegExp): Promise<ServingProcess> {
  process.once('exit', () => child.kill());
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  if (child.stdout === null) throw new Error('The output of the process is not piped');
  // The lines after the address are read as well, because a process waits when the pipe of its output is full.
  const lines = createInterface(child.stdout);
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const address = pattern.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code} before it listened`)));
  });
  return { url, close };
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, {
    cwd: folder,
    // A test runner sets another NODE_ENV, with which Vite would build the slow development version of React.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}`);
}
