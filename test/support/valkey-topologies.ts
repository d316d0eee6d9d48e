import { readFileSync } from 'node:fs';
import type { RedisServer } from './redis.ts';
import { startRedisCluster } from './redis-cluster.ts';
import { startSentinelSet } from './redis-sentinel.ts';

/** Servers behind one address. */
export type Topology = { url: string; primary: RedisServer; nodes: readonly RedisServer[]; close(): Promise<void> };

/** Starts a cluster of three primaries and a replica of the first one. */
export async function startCluster(): Promise<Topology> {
  const { primaries, replicas, url, close } = await startRedisCluster({ replicas: 1 });
  const [primary] = primaries;
  if (primary === undefined) throw new Error('The cluster has no primary.');
  return { url, primary, nodes: [...primaries, ...replicas], close };
}

/** Starts a primary with a replica, and sentinels with a password of their own. */
export async function startWithSentinels(): Promise<Topology> {
  const set = await startSentinelSet('secret-of-sentinels');
  return { ...set, nodes: [set.primary, set.replica] };
}

/** Creates the user with the rules of the documentation on every node, and returns the address with its login. */
export async function addUser({ url, nodes }: Topology): Promise<string> {
  const documentation = readFileSync('docs/configuration.md', 'utf8');
  const [, rules = ''] = /ACL SETUSER contactgraph ([^`]+)/.exec(documentation) ?? [];
  for (const { call } of nodes) await call('ACL', 'SETUSER', 'contactgraph', ...rules.trim().split(/\s+/));
  return url.replace('://', '://contactgraph:password@');
}

/** The commands, keys and channels that a node has refused to the user. */
export async function refusalsOf({ call }: RedisServer): Promise<string[]> {
  const entries: unknown[][] = Object(await call('ACL', 'LOG'));
  return entries.map(String).filter((entry) => !entry.includes('reason,auth'));
}
