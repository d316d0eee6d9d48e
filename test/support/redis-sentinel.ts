import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findFreePort } from './free-port.ts';
import { end, executable, type RedisServer, startRedis } from './redis.ts';
import { waitUntil } from './redis-cluster.ts';

/** The name under which the sentinels know the primary. */
const masterName = 'contacts';

/** How often sentinels ask and report, and how long an election takes at most, in ms: the defaults are some seconds. */
const shortPeriods = ['ping-period', 'info-period', 'ask-period', 'publish-period', 'min-link-reconnect-period']
  .flatMap((name) => [name, '200'])
  .concat('election-timeout', '1000');

/** A primary with one replica, and three sentinels that replace it after half a second without a reply. */
export type SentinelSet = {
  /** The value of VALKEY_URL. */
  readonly url: string;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** Ends one of the sentinels without a shutdown. */
  killSentinel(index: number): Promise<void>;
  close(): Promise<void>;
};

/** A replica is supplied at once, instead of after the seconds in which others could join it. */
const prompt = ['--repl-diskless-sync-delay', '0'];

/**
 * Starts a set on the loopback interface.
 *
 * @param sentinelPassword that of the sentinels; the primary and its replica have none
 */
export async function startSentinelSet(sentinelPassword?: string): Promise<SentinelSet> {
  const [primaryPort, replicaPort] = [await findFreePort(), await findFreePort()];
  const primary = await startRedis('--port', `${primaryPort}`, '--bind', '127.0.0.1', ...prompt);
  const replica = await startRedis(
    '--port',
    `${replicaPort}`,
    '--bind',
    '127.0.0.1',
    '--replicaof',
    `127.0.0.1 ${primaryPort}`,
    ...prompt,
  );
  await waitUntil(async () => String(await replica.call('INFO', 'replication')).includes('master_link_status:up'));
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-sentinel-'));
  const sentinels = await Promise.all(
    [0, 1, 2].map((index) => startSentinel(folder, index, primaryPort, sentinelPassword)),
  );
  for (const { connection } of sentinels) await connection.call('SENTINEL', 'DEBUG', ...shortPeriods);
  await Promise.all(sentinels.map(waitForOthers));
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join();
  const login = sentinelPassword === undefined ? '' : `&sentinelPassword=${sentinelPassword}`;
  return {
    url: `redis-sentinel://${hosts}/0?sentinelMasterId=${masterName}${login}`,
    ...{ primary, replica },
    async killSentinel(index) {
      const sentinel = sentinels[index];
      if (sentinel !== undefined) await end(sentinel.child);
    },
    async close() {
      for (const { child, connection } of sentinels) {
        connection.disconnect();
        await end(child);
      }
      await Promise.all([primary.close(), replica.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

type Sentinel = { readonly child: ChildProcess; readonly port: number; readonly connection: Redis };

async function startSentinel(
  folder: string,
  index: number,
  primaryPort: number,
  password: string | undefined,
): Promise<Sentinel> {
  const port = await findFreePort();
  const file = join(folder, `${index}.conf`);
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${masterName} 127.0.0.1 ${primaryPort} 2`,
    `sentinel down-after-milliseconds ${masterName} 500`,
    `sentinel failover-timeout ${masterName} 3000`,
    ...(password === undefined ? [] : [`requirepass ${password}`, `sentinel sentinel-pass ${password}`]),
  ];
  writeFileSync(file, lines.join('\n'));
  const child = spawn(executable, [file, '--sentinel'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const connection = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, ...(password && { password }) });
  connection.on('error', () => undefined); // The sentinel may not listen yet, or have ended.
  return { child, port, connection };
}

/** Waits until a sentinel knows the two others and the replica, so that it can take part in a failover. */
async function waitForOthers({ connection }: Sentinel): Promise<void> {
  await waitUntil(async () => {
    const reply: unknown = await connection.call('SENTINEL', 'MASTER', masterName);
    const facts = Array.isArray(reply) ? reply.map(String) : [];
    const factOf = (name: string) => facts[facts.indexOf(name) + 1];
    return factOf('num-other-sentinels') === '2' && factOf('num-slaves') === '1';
  });
}
