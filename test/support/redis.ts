import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const { REDIS_SERVER_PATH = '/usr/bin/redis-server' } = process.env;

/** The path of the server's program, which also runs sentinels. */
export const executable = REDIS_SERVER_PATH;

export type RedisServer = {
  /** The path of its Unix socket, which unlike a port cannot be in use by another process. */
  address: string;
  /** Ends the server without a shutdown. */
  kill(): Promise<void>;
  /** Starts the server again with its saved data, which is none unless a test has called SAVE. */
  restart(): Promise<void>;
  /** Stops the process, so that it answers nothing. It executes the received commands after `resume()`. */
  pause(): void;
  resume(): void;
  /** Sends a command over a separate connection. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** The number of script calls since `CONFIG RESETSTAT`, as text and as hash. */
  scriptCalls(): Promise<{ eval: number; evalsha: number }>;
  close(): Promise<void>;
};

/**
 * Starts a real server that saves nothing to disk on its own.
 *
 * @param settings further command-line options, like `--databases`
 */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  if (!existsSync(executable)) {
    throw new Error(`No ${executable}: run \`sudo scripts/install-redis.sh\`, or set REDIS_SERVER_PATH`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-redis-'));
  const address = join(folder, 'socket');
  let server = await start(folder, address, settings);
  const controlConnection = new Redis(address, { retryStrategy: () => 50 });
  controlConnection.on('error', () => undefined); // While the server is down, the client reports an error for each attempt to connect.
  return {
    address,
    kill: () => end(server),
    async restart() {
      server = await start(folder, address, settings);
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    call: (command, ...args) => controlConnection.call(command, ...args),
    async scriptCalls() {
      const statistics = await controlConnection.info('commandstats');
      const callsOf = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(statistics)?.[1] ?? 0);
      return { eval: callsOf('eval'), evalsha: callsOf('evalsha') };
    },
    async close() {
      controlConnection.disconnect();
      await end(server);
      rmSync(folder, { recursive: true });
    },
  };
}

async function start(folder: string, address: string, settings: readonly string[]): Promise<ChildProcess> {
  const listening = ['--port', '0', '--unixsocket', address, '--dir', folder];
  const quiet = ['--save', '', '--appendonly', 'no'];
  const server = spawn(executable, [...listening, ...quiet, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of server.stdout) {
    printed += chunk;
    if (/ready to accept connections/i.test(printed)) return server;
  }
  throw new Error(`${executable} ended: ${printed}`);
}

/** Ends a process, and waits until it has ended. */
export async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

/** Every key of the server, with its value as JSON. */
export async function dumpKeys({
  call,
}: Pick<RedisServer, 'call'>): Promise<(readonly [name: string, value: string])[]> {
  const names = (await call('KEYS', '*')) as string[];
  return Promise.all(
    names.map(async (name) => {
      const isSortedSet = (await call('TYPE', name)) === 'zset';
      const value = await (isSortedSet ? call('ZRANGE', name, 0, -1) : call('HGETALL', name));
      return [name, JSON.stringify(value)] as const;
    }),
  );
}
