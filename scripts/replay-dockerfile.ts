// Executes the instructions of the Dockerfile in an empty folder, for machines without Docker: it copies, installs, starts the
// command as an unprivileged user, runs the health check, and stops the process with SIGTERM. It fails when the start compiles
// modules that are not in the compile cache of the image. Then it does so again as another user, in a folder that cannot be
// written, as with a read-only root file system. All paths and commands come from the Dockerfile; only the base image and the
// packages of Debian are not tested: the entry point runs if it is installed. node scripts/replay-dockerfile.ts [Dockerfile]

import { execFileSync, execSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [dockerfile = 'Dockerfile'] = process.argv.slice(2);
const startMs = 60_000;
const stopMs = 25_000;
const isRoot = process.getuid?.() === 0;

const imageFolder = mkdtempSync(join(tmpdir(), 'contactgraph-image-'));
try {
  chmodSync(imageFolder, 0o755);
  await replay(readFileSync(dockerfile, 'utf8'));
} finally {
  execFileSync('chmod', ['-R', 'u+w', imageFolder]);
  rmSync(imageFolder, { recursive: true });
}

/** What the instructions say about a start. */
type Image = { env: Record<string, string>; user: object; health: string[]; command: string[] };

async function replay(text: string): Promise<void> {
  // The copy of Node is readable for the unprivileged user.
  cpSync(process.execPath, join(imageFolder, 'bin/node'));
  const path = join(imageFolder, 'bin');
  const env: Record<string, string> = {};
  let user = {};
  let health: string[] = [];
  let entryPoint: string[] = [];
  let command: string[] = [];
  for (const line of text.split('\n')) {
    const [instruction, rest = ''] = line.split(/ (.*)/);
    if (instruction === 'COPY' && !rest.startsWith('--from')) copy(rest.split(' '));
    if (instruction === 'RUN' && !rest.startsWith('apt-get')) run(rest, { env, user, path });
    if (instruction === 'ENV')
      Object.assign(env, Object.fromEntries(rest.split(' ').map((pair) => pair.split(/=(.*)/))));
    if (instruction === 'USER' && isRoot) user = { uid: 65_534, gid: 65_534 };
    if (instruction === 'HEALTHCHECK') health = JSON.parse(rest.slice(rest.indexOf('CMD ') + 4));
    if (instruction === 'ENTRYPOINT') entryPoint = JSON.parse(rest);
    if (instruction === 'CMD') command = JSON.parse(rest);
  }
  const [init = ''] = entryPoint;
  if (existsSync(init)) command = [...entryPoint, ...command];
  else console.log(`The entry point is not tested, because there is no ${init}.`);
  // The process gets no other variables of this environment.
  Object.assign(env, { PATH: path, PORT: await freePort() });

  const compiled = compiledIn(env);
  const healthyMs = await startAndStop({ env, user, health, command });
  const recompiled = compiledIn(env) - compiled;
  if (recompiled > 0) throw new Error(`${recompiled} modules were not in the compile cache.`);
  console.log(`Replayed ${dockerfile}: healthy after ${healthyMs} ms, exit 0 after SIGTERM.`);

  execFileSync('chmod', ['-R', 'a-w', imageFolder]);
  if (isRoot) user = { uid: 1_234_567_890, gid: 0 };
  const readOnlyMs = await startAndStop({ env, user, health, command });
  console.log(`Read-only and as another user: healthy after ${readOnlyMs} ms, exit 0 after SIGTERM.`);
}

/** Starts the process, waits until it is healthy, and stops it. Returns the time until it was healthy, in ms. */
async function startAndStop({ env, user, health, command: [file = '', ...args] }: Image): Promise<number> {
  const app = spawn(file, args, { cwd: imageFolder, env, ...user, stdio: 'inherit' });
  const exit = once(app, 'exit');
  try {
    const started = performance.now();
    // The health check is a script of its own, which must not write to the compile cache.
    const { NODE_COMPILE_CACHE: _, ...uncached } = env;
    while (!isHealthy(health, { cwd: imageFolder, env: uncached, ...user })) {
      if (app.exitCode !== null) throw new Error(`The process exited with ${app.exitCode}.`);
      if (performance.now() - started > startMs) throw new Error(`The process was not healthy within ${startMs} ms.`);
      await wait(500);
    }
    const healthyMs = Math.round(performance.now() - started);
    app.kill('SIGTERM');
    const [code] = await Promise.race([exit, wait(stopMs, ['no exit'], { ref: false })]);
    if (code !== 0) throw new Error(`The exit code after SIGTERM is ${code}.`);
    return healthyMs;
  } finally {
    app.kill('SIGKILL');
  }
}

type Run = { env: Record<string, string>; user: object; path: string };

function run(command: string, { env, user, path }: Run): void {
  const all = { ...process.env, ...env, PATH: `${path}:${process.env['PATH']}` };
  execSync(command, { cwd: imageFolder, env: all, ...user, stdio: 'inherit' });
}

/** Returns the number of modules in the compile cache. */
function compiledIn({ NODE_COMPILE_CACHE: cache }: Record<string, string>): number {
  return cache === undefined ? 0 : readdirSync(join(imageFolder, cache), { recursive: true }).length;
}

/** Copies files, and the content of folders, as Docker does. */
function copy(paths: string[]): void {
  const target = join(imageFolder, paths.at(-1) ?? '');
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
