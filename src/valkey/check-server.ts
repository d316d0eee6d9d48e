import { Redis } from 'ioredis';
import { valkeyOptions } from './connection.ts';
import { isClusterReply, isDatabaseRefusal } from './server-replies.ts';

/**
 * Checks before the start that the server of an address can be used: that its database exists, and that it is no node of a
 * cluster. A server that cannot be reached is no problem here, because it may be restarting.
 *
 * @param address URL of the server, or the path of its socket
 * @returns the problem, as the rest of a sentence that begins with the name of the variable; undefined for none
 */
export async function findServerProblem(address: string): Promise<string | undefined> {
  const options = { ...valkeyOptions, commandTimeout: 2_000, lazyConnect: true, retryStrategy: () => null };
  const redis = new Redis(address, options);
  redis.on('error', () => undefined); // The commands below have the same error.
  try {
    await redis.connect();
    if (/^cluster_enabled:1\r?$/m.test(await redis.info('cluster'))) return clusterProblem;
    await redis.select(redis.options.db ?? 0);
  } catch (error) {
    if (isDatabaseRefusal(error))
      return 'names a database that the server does not have: the path of the address is its number';
    if (isClusterReply(error)) return clusterProblem;
  } finally {
    redis.disconnect();
  }
  return undefined;
}

const clusterProblem = 'names a node of a cluster, which is not supported: use a server without cluster mode';
