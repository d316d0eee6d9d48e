import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectValkey } from '../../src/valkey/connection.ts';
import { createValkeyRevocations } from '../../src/valkey/revocations.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const inOneHour = () => Date.now() + 60 * 60_000;

test('revocations that the server has not confirmed are sent when it is back, up to a limit beyond which the oldest is given up', async () => {
  const revocations = createValkeyRevocations({
    ...{ valkey: connectValkey(redis.address, () => undefined), address: redis.address },
    onRevoked: () => undefined,
    onListening: () => undefined,
    onOutage: () => undefined,
    ...{ beatMs: 50, retryMs: 50, maxUnsent: 2 },
  });
  try {
    await expect.poll(revocations.isListening).toBe(true);
    await redis.call('CONFIG', 'SET', 'maxclients', 1);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    for (const hash of ['a', 'b', 'c']) await revocations.record(hash, inOneHour());
    await redis.call('CONFIG', 'SET', 'maxclients', 1_000);
    const isStored = async () => [await revocations.find('b'), await revocations.find('c')];
    await expect.poll(isStored).toEqual([true, true]);
    expect(await revocations.find('a')).toBe(false);
  } finally {
    revocations.close();
  }
});
