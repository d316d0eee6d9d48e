import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const { REDIS_SERVER_PATH: executable = '/usr/bin/redis-server' } = process.env;

export type RedisServer = {
  /** The path of its socket, in a folder of its own: no port that anybody else might have. */
  address: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, with what it had saved, which is nothing unless it was told to. */
  restart(): Promise<void>;
  /** Stops it from answering, as when it is too busy; what it is sent meanwhile it does afterwards. */
  pause(): void;
  resume(): void;
  /** Does something to it from aside. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Number of scripts that it was sent since `CONFIG RESETSTAT`, as text or as hash. */
  scriptCalls(): Promise<{ eval: number; evalsha: number }>;
  close(): Promise<void>;
};

/** A real server, that keeps nothing on disk of its own accord. */
export async function startRedis(): Promise<RedisServer> {
  if (!existsSync(executable)) {
    throw new Error(`No ${executable}: run \`sudo scripts/install-redis.sh\`, or set REDIS_SERVER_PATH`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-redis-'));
  const address = join(folder, 'socket');
  let server = await start(folder, address);
  const controlConnection = new Redis(address, { retryStrategy: () => 50 });
  controlConnection.on('error', () => undefined); // as long as it is killed
  return {
    address,
    kill: () => end(server),
    async restart() {
      server = await start(folder, address);
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

async function start(folder: string, address: string): Promise<ChildProcess> {
  const listening = ['--port', '0', '--unixsocket', address, '--dir', folder];
  const quiet = ['--save', '', '--appendonly', 'no'];
  const server = spawn(executable, [...listening, ...quiet], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of server.stdout) {
    printed += chunk;
    if (/ready to accept connections/i.test(printed)) return server;
  }
  throw new Error(`${executable} ended: ${printed}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}
