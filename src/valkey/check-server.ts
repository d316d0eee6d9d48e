import { Redis, type RedisOptions } from 'ioredis';
import type { ValkeyAddress } from './address.ts';
import { createServerClient, readAddress, serverOptions } from './clients.ts';
import { isClusterReply, isDatabaseRefusal } from './server-replies.ts';

const checkOptions = { commandTimeout: 2_000, lazyConnect: true, retryStrategy: () => null } satisfies RedisOptions;

/** What a server can be, by its own account. */
type ServerMode = 'standalone' | 'cluster' | 'sentinel';

/**
 * Checks before the start that the servers of an address can be used: that they are what the address says, and that the
 * database and the name of the master exist. A server that cannot be reached is no problem here, because it may be restarting.
 *
 * @param text URL, or the path of the socket of a server
 * @returns the problem, as the rest of a sentence that begins with the name of the variable; undefined for none
 */
export async function findServerProblem(text: string): Promise<string | undefined> {
  const address = readAddress(text);
  if (address.kind === 'cluster') return findNodeProblem(address);
  if (address.kind === 'sentinel') {
    const problem = await findSentinelProblem(address);
    if (problem !== undefined) return problem;
  }
  const redis = createServerClient(address, { ...checkOptions, sentinelRetryStrategy: () => null });
  return ask(redis, async () => {
    const problem = problemOfMode(await readMode(redis), 'standalone');
    if (problem === undefined) await redis.select(redis.options.db ?? 0);
    return problem;
  });
}

async function findNodeProblem({ nodes, options }: Extract<ValkeyAddress, { kind: 'cluster' }>) {
  for (const node of nodes) {
    const redis = new Redis({ ...serverOptions, ...options, ...node, ...checkOptions });
    const problem = await ask(redis, async () => problemOfMode(await readMode(redis), 'cluster'));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function findSentinelProblem({ options }: Extract<ValkeyAddress, { kind: 'sentinel' }>) {
  const { sentinels, sentinelUsername, sentinelPassword, sentinelTLS, name } = options;
  for (const sentinel of sentinels) {
    const login = { username: sentinelUsername, password: sentinelPassword, tls: sentinelTLS };
    const redis = new Redis({ ...serverOptions, ...login, ...sentinel, ...checkOptions });
    const problem = await ask(redis, async () => {
      const wrongMode = problemOfMode(await readMode(redis), 'sentinel');
      const isKnown =
        wrongMode !== undefined || (await redis.call('SENTINEL', 'get-master-addr-by-name', name)) !== null;
      return isKnown ? wrongMode : 'names a master that its sentinels do not know: sentinelMasterId is the name of one';
    });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Connects, and finds the problem of a server; none for one that cannot be reached or does not permit the commands. */
async function ask(redis: Redis, find: () => Promise<string | undefined>): Promise<string | undefined> {
  redis.on('error', () => undefined); // The commands have the same error.
  try {
    await redis.connect();
    return await find();
  } catch (error) {
    if (isDatabaseRefusal(error))
      return 'names a database that the server does not have: the path of the address is its number';
    return isClusterReply(error) ? problemOfMode('cluster', 'standalone') : undefined;
  } finally {
    redis.disconnect();
  }
}

async function readMode(redis: Redis): Promise<ServerMode> {
  const facts = await redis.info();
  if (/^cluster_enabled:1\r?$/m.test(facts)) return 'cluster';
  return /^(?:redis|server)_mode:sentinel\r?$/m.test(facts) ? 'sentinel' : 'standalone';
}

function problemOfMode(mode: ServerMode, expected: ServerMode): string | undefined {
  return mode === expected ? undefined : wrongMode[mode];
}

const wrongMode: Readonly<Record<ServerMode, string>> = {
  standalone: 'names a server that is neither a node of a cluster nor a sentinel: its address begins with redis://',
  cluster: 'names a node of a cluster: the address of a cluster is redis-cluster://host:port,host:port',
  sentinel:
    'names a sentinel: the address of a server with sentinels is redis-sentinel://host:port,host:port?sentinelMasterId=name',
};
