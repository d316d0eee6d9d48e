import type { Cluster } from 'ioredis';
import type { HostAndPort } from './address.ts';

/** The number of slots of a cluster, into which its keys are divided. */
const slotCount = 16_384;

/** The primaries of a cluster, and how many slots they have together. */
export type ClusterMap = { readonly primaries: ReadonlyMap<string, HostAndPort>; readonly slots: number };

/** Reads from a node of a cluster which primaries there are, by `host:port`. @throws when no node answers */
export async function readClusterMap(cluster: Cluster): Promise<ClusterMap> {
  const ranges: unknown = await cluster.cluster('SLOTS');
  if (!Array.isArray(ranges)) throw new TypeError('The reply to CLUSTER SLOTS is no list.');
  const primaries = new Map<string, HostAndPort>();
  let slots = 0;
  for (const [first, last, [host, port]] of ranges) {
    if (typeof host !== 'string' || host === '') continue; // The node does not know under which address it is reached.
    slots += last - first + 1;
    primaries.set(nameOf({ host, port }), { host, port });
  }
  return { primaries, slots };
}

/** Whether a cluster serves every key: each slot has a primary, and each primary is connected. */
export async function servesAllKeys(cluster: Cluster): Promise<boolean> {
  const { primaries, slots } = await readClusterMap(cluster);
  const connected = cluster.nodes('master').filter(({ status }) => status === 'ready');
  const names = new Set(connected.map(({ options: { host = '', port = 0 } }) => nameOf({ host, port })));
  return slots === slotCount && [...primaries.keys()].every((name) => names.has(name));
}

function nameOf({ host, port }: HostAndPort): string {
  return `${host}:${port}`;
}
