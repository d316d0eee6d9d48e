import type { Forward } from '../../support/forward.ts';
import type { RedisServer } from '../../support/redis.ts';

/** A way in which the Redis of replicas fails, and how it ends. */
export type RedisFailure = { name: string; begin: () => unknown; end: () => unknown };

/** The failures of a Redis that was started with `--enable-debug-command yes`, and of the network before it. */
export function redisFailures(redis: RedisServer, network: Forward): readonly RedisFailure[] {
  return [
    { name: 'is killed and restarts empty', begin: redis.kill, end: redis.restart },
    { name: 'stops to answer', begin: redis.pause, end: redis.resume },
    { name: 'is flushed', begin: () => redis.call('FLUSHALL'), end: () => undefined },
    {
      name: 'is full and evicts nothing',
      begin: () => redis.call('CONFIG', 'SET', 'maxmemory', 1, 'maxmemory-policy', 'noeviction'),
      end: () => redis.call('CONFIG', 'SET', 'maxmemory', 0),
    },
    {
      name: 'is blocked by a command for a second',
      begin: () => void redis.call('DEBUG', 'SLEEP', 1),
      end: () => undefined,
    },
    { name: 'is slow within the time-out', begin: () => network.delay(100), end: () => network.delay(0) },
    { name: 'is slower than the time-out', begin: () => network.delay(600), end: () => network.delay(0) },
    { name: 'cannot be reached', begin: () => network.cut(true), end: () => network.cut(false) },
    {
      name: 'is read-only, as a replica without its primary',
      begin: () => redis.call('REPLICAOF', '127.0.0.1', 1),
      end: () => redis.call('REPLICAOF', 'NO', 'ONE'),
    },
  ];
}
