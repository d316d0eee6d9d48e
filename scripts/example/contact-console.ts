import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../examples/contact-console', import.meta.url));

/** A process that serves something, and how it is ended. */
export type ServingProcess = { url: string; close(): Promise<void> };

/**
 * Installs the packages of the example app where they are missing, builds it, and serves it on a free port of the loopback
 * interface.
 *
 * @param gatewayUrl the origin of the gateway, to which the server forwards `/graphql`
 * @throws {Error} when a step fails; its output is on the standard error
 */
export async function serveContactConsole(gatewayUrl: string): Promise<ServingProcess> {
  if (!existsSync(`${folder}/node_modules`)) await run('npm', ['ci', '--no-audit', '--no-fund']);
  await run(process.execPath, ['node_modules/relay-compiler/cli.js']);
  const vite = [process.execPath, 'node_modules/vite/bin/vite.js'] as const;
  await run(vite[0], [vite[1], 'build', '--logLevel', 'warn']);
  const preview = spawn(vite[0], [vite[1], 'preview', '--host', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, GATEWAY_URL: gatewayUrl, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return serving(preview, /(http:\/\/127\.0\.0\.1:\d+)/);
}

/**
 * Waits until a process prints its address.
 *
 * @param pattern matches the line with the address, which is its first group
 */
export async function serving(child: ChildProcess, pattern: RegExp): Promise<ServingProcess> {
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  if (child.stdout === null) throw new Error('The output of the process is not piped');
  // The lines after the address are read as well, because a process waits when nobody reads what it writes.
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
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}`);
}
