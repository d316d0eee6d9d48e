// Does what the Dockerfile says in a clean folder, for where there is no Docker: copies, installs, starts as a user without
// rights, asks the health check, stops with SIGTERM. Nothing is compiled then that was not when it was built. Every path and every command is read from the Dockerfile; what this
// cannot show is the base image. node scripts/replay-dockerfile.ts [Dockerfile]

import { execSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [dockerfile = 'Dockerfile'] = process.argv.slice(2);
const startMs = 60_000;
const stopMs = 25_000;

const clean = mkdtempSync(join(tmpdir(), 'contactgraph-image-'));
try {
  chmodSync(clean, 0o755);
  await replay(readFileSync(dockerfile, 'utf8'));
} finally {
  rmSync(clean, { recursive: true });
}

async function replay(text: string): Promise<void> {
  // A Node that a user without rights can reach.
  cpSync(process.execPath, join(clean, 'bin/node'));
  const path = join(clean, 'bin');
  const env: Record<string, string> = {};
  let rights = {};
  let health: string[] = [];
  let command: string[] = [];
  for (const line of text.split('\n')) {
    const [instruction, rest = ''] = line.split(/ (.*)/);
    if (instruction === 'COPY' && !rest.startsWith('--from')) copy(rest.split(' '));
    if (instruction === 'RUN') run(rest, { env, rights, path });
    if (instruction === 'ENV') Object.assign(env, Object.fromEntries(rest.split(' ').map((pair) => pair.split('='))));
    if (instruction === 'USER' && process.getuid?.() === 0) rights = { uid: 65_534, gid: 65_534 };
    if (instruction === 'HEALTHCHECK') health = JSON.parse(rest.slice(rest.indexOf('CMD ') + 4));
    if (instruction === 'CMD') command = JSON.parse(rest);
  }
  // Nothing else of this environment.
  Object.assign(env, { PATH: path, PORT: await freePort() });
  const compiled = compiledIn(env);

  const [file = '', ...args] = command;
  const app = spawn(file, args, { cwd: clean, env, ...rights, stdio: 'inherit' });
  const exit = once(app, 'exit');
  try {
    const started = performance.now();
    // It is a script of its own, which would be compiled, too.
    const { NODE_COMPILE_CACHE: _, ...uncached } = env;
    while (!isHealthy(health, { cwd: clean, env: uncached, ...rights })) {
      if (app.exitCode !== null) throw new Error(`It ended with ${app.exitCode}.`);
      if (performance.now() - started > startMs) throw new Error(`It was not healthy within ${startMs} ms.`);
      await wait(500);
    }
    const healthyMs = Math.round(performance.now() - started);
    app.kill('SIGTERM');
    const [code] = await Promise.race([exit, wait(stopMs, ['nothing yet'], { ref: false })]);
    if (code !== 0) throw new Error(`SIGTERM was answered with ${code}.`);
    const anew = compiledIn(env) - compiled;
    if (anew > 0) throw new Error(`${anew} modules were compiled anew.`);
    console.log(`Replayed ${dockerfile}: healthy after ${healthyMs} ms, exit 0 after SIGTERM.`);
  } finally {
    app.kill('SIGKILL');
  }
}

type Run = { env: Record<string, string>; rights: object; path: string };

function run(command: string, { env, rights, path }: Run): void {
  const all = { ...process.env, ...env, PATH: `${path}:${process.env['PATH']}` };
  execSync(command, { cwd: clean, env: all, ...rights, stdio: 'inherit' });
}

/** How many modules are in the cache of compiled ones. */
function compiledIn({ NODE_COMPILE_CACHE: cache }: Record<string, string>): number {
  return cache === undefined ? 0 : readdirSync(join(clean, cache), { recursive: true }).length;
}

/** Like Docker: of a folder its content. */
function copy(paths: string[]): void {
  const target = join(clean, paths.at(-1) ?? '');
  for (const source of paths.slice(0, -1)) {
    const isFolder = statSync(source).isDirectory();
    cpSync(source, isFolder ? target : join(target, basename(source)), { recursive: true });
  }
}

function isHealthy([file = '', ...args]: string[], options: object): boolean {
  return spawnSync(file, args, { ...options, timeout: 3_000 }).status === 0;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return String(typeof address === 'object' ? address?.port : address);
}
