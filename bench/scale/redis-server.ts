import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { Redis } from 'ioredis';
import { freePort, generatorCore } from '../compare/pinned-process.ts';
import { cpuOf } from '../compare/process-usage.ts';

/** What a Redis server has done since its start. `scripts` counts EVAL and EVALSHA, `commands` what scripts called and all others. */
export type RedisUsage = {
  scripts: number;
  commands: number;
  cpuMs: number;
  receivedBytes: number;
  sentBytes: number;
  storedBytes: number;
};

/** A Redis server for a measurement, without persistence. */
export type RedisServer = AsyncDisposable & { url: string; usage(): Promise<RedisUsage> };

/** Starts a Redis server on the core of the load generator. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', ''];
  const child = spawn('taskset', ['-c', generatorCore, 'redis-server', ...options], { stdio: 'ignore' });
  const kill = () => void child.kill();
  process.once('exit', kill);
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  client.on('error', () => undefined); // It connects again until the server listens.
  await client.ping();
  return {
    url: `redis://127.0.0.1:${port}`,
    async usage() {
      const commands = readInfo(await client.info('commandstats'));
      const stats = readInfo(await client.info('stats'));
      const memory = readInfo(await client.info('memory'));
      const callsOf = (value: string) => Number(/^calls=(\d+)/.exec(value)?.[1]);
      const all = [...commands].map(([name, value]) => [name.slice('cmdstat_'.length), callsOf(value)] as const);
      const isScript = (name: string) => name === 'eval' || name === 'evalsha';
      const sum = (entries: typeof all) => entries.reduce((total, [, calls]) => total + calls, 0);
      return {
        scripts: sum(all.filter(([name]) => isScript(name))),
        commands: sum(all.filter(([name]) => !isScript(name) && name !== 'info')),
        cpuMs: cpuOf(child.pid ?? 0),
        receivedBytes: Number(stats.get('total_net_input_bytes')),
        sentBytes: Number(stats.get('total_net_output_bytes')),
        storedBytes: Number(memory.get('used_memory')),
      };
    },
    async [Symbol.asyncDispose]() {
      client.disconnect();
      const exited = once(child, 'exit');
      kill();
      await exited;
      process.off('exit', kill);
    },
  };
}

/** Divides the difference of two usages by a number of operations. */
export function usagePerOperation(before: RedisUsage, after: RedisUsage, operations: number): RedisUsage {
  const each = (key: keyof RedisUsage) => (after[key] - before[key]) / operations;
  return {
    scripts: each('scripts'),
    commands: each('commands'),
    cpuMs: each('cpuMs'),
    receivedBytes: each('receivedBytes'),
    sentBytes: each('sentBytes'),
    storedBytes: each('storedBytes'),
  };
}

function readInfo(text: string): Map<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
