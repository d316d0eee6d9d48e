import { vi } from 'vitest';
import { findFreePort } from './free-port.ts';
import { type RedisServer, startRedis } from './redis.ts';

const slotCount = 16_384;

/** A node of a cluster. */
export type ClusterNode = RedisServer & { readonly id: string; readonly port: number };

/** A cluster whose primaries have equal parts of the slots, in their order. */
export type RedisCluster = {
  /** The value of VALKEY_URL. */
  readonly url: string;
  readonly primaries: readonly ClusterNode[];
  /** One for the first primary, if there is any. */
  readonly replicas: readonly ClusterNode[];
  /** Waits until every running node reports that all slots are served. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts a cluster of three primaries on the loopback interface.
 *
 * @param options.replicas the number of replicas of the first primary
 * @param options.settings further command-line options of each node
 */
export async function startRedisCluster({ replicas: replicaCount = 0, settings = [] as string[] } = {}) {
  const primaries = await Promise.all([0, 1, 2].map(() => startNode(settings)));
  const replicas = await Promise.all(Array.from({ length: replicaCount }, () => startNode(settings)));
  const nodes = [...primaries, ...replicas];
  const [first] = primaries;
  if (first === undefined) throw new Error('The cluster has no node.');
  for (const [index, { call }] of primaries.entries()) {
    const [from, end] = [index, index + 1].map((part) => Math.floor((part * slotCount) / primaries.length));
    await call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    await call('CLUSTER', 'ADDSLOTSRANGE', from ?? 0, (end ?? 0) - 1);
  }
  for (const { port, busPort } of nodes.slice(1)) await first.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  const settle = async () => {
    for (const { call } of nodes) {
      const isSettled = async () => {
        const facts = String(await call('CLUSTER', 'INFO').catch(() => ''));
        return ['cluster_state:ok', `cluster_slots_ok:${slotCount}`, `cluster_known_nodes:${nodes.length}`].every(
          (line) => facts.includes(line),
        );
      };
      await waitUntil(isSettled);
    }
  };
  await settle();
  for (const { call } of replicas) await call('CLUSTER', 'REPLICATE', first.id);
  for (const { call } of replicas) {
    const isLinked = async () => String(await call('INFO', 'replication')).includes('master_link_status:up');
    await waitUntil(isLinked);
  }
  const cluster: RedisCluster = {
    url: `redis-cluster://${primaries.map(({ port }) => `127.0.0.1:${port}`).join()}`,
    primaries,
    replicas,
    settle,
    async close() {
      await Promise.all(nodes.map(({ close }) => close()));
    },
  };
  return cluster;
}

async function startNode(settings: readonly string[]): Promise<ClusterNode & { busPort: number }> {
  const [port, busPort] = [await findFreePort(), await findFreePort()];
  const clusterSettings = [
    '--cluster-enabled',
    'yes',
    '--cluster-port',
    `${busPort}`,
    '--cluster-node-timeout',
    '1000',
  ];
  const partial = ['--cluster-require-full-coverage', 'no', '--repl-diskless-sync-delay', '0'];
  const server = await startRedis(
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    ...clusterSettings,
    ...partial,
    ...settings,
  );
  return { ...server, port, busPort, id: String(await server.call('CLUSTER', 'MYID')) };
}

/** Waits for a state of servers; unlike `expect.poll` also in hooks. */
export async function waitUntil(isReached: () => Promise<boolean>): Promise<void> {
  const check = async () => {
    if (!(await isReached())) throw new Error('The servers have not reached the state.');
  };
  await vi.waitFor(check, { timeout: 30_000, interval: 50 });
}

/** Moves a slot with one key from one node to another, with a pause between the steps in which the slot is divided. */
export async function moveSlot(
  [from, to]: readonly [ClusterNode, ClusterNode],
  key: string,
  whileDivided: () => Promise<void>,
): Promise<void> {
  const slot = Number(await from.call('CLUSTER', 'KEYSLOT', key));
  await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
  await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
  await whileDivided();
  await from.call('MIGRATE', '127.0.0.1', to.port, key, 0, 5_000);
  await whileDivided();
  for (const { call } of [to, from]) await call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
}
