import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import { createValkeyWriteLog } from '../../../src/upstream/write-log/valkey-write-log.ts';
import { known, log, network, offsetOf, oldKey, record, redis, share, valkey } from './support/write-logs.ts';

const newKey = randomBytes(32);

describe('a write log in Valkey is shared by all replicas', () => {
  test('a replica that starts late reads the whole log, however long it is', async () => {
    const one = share();
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => record(one, `c${index}`)));
    expect(await known(share())).toHaveLength(2_500);
  });

  test('concurrent readers of the log share one script call, and none of them gets a result from before its request', async () => {
    const one = share();
    const slow = createValkeyWriteLog(
      {
        ...valkey,
        async run(...args) {
          const answer = await valkey.run(...args);
          await wait(50);
          return answer;
        },
      },
      createAead([oldKey], 'change'),
    );
    await slow.catchUp();
    const early = slow.catchUp();
    await wait(20);
    await record(one, 'a');
    await redis.call('CONFIG', 'RESETSTAT');
    await Promise.all(Array.from({ length: 20 }, () => known(slow)));
    expect(await known(slow)).toEqual(['a']);
    await early;
    const { eval: texts, evalsha: hashes } = await redis.scriptCalls();
    expect(texts + hashes).toBe(2);
  });

  test('the current offset is read from Valkey at most once a second', async () => {
    const writeLog = share();
    await offsetOf(writeLog);
    await redis.call('CONFIG', 'RESETSTAT');
    for (let times = 0; times < 20; times += 1) await writeLog.currentOffset();
    const { eval: texts, evalsha: hashes } = await redis.scriptCalls();
    expect(texts + hashes).toBeLessThan(5); // One call a second is expected.
  });

  test('the log in Valkey has no more fields than its entries and its header', async () => {
    const writeLog = share({ max: 3 });
    for (const cid of ['a', 'b', 'c', 'd', 'e']) await record(writeLog, cid);
    expect(await redis.call('HLEN', log)).toBe(4 + 3);
  });

  test('the log in Valkey holds no plain text of a contact or an organization', async () => {
    await record(share(), 'canary');
    expect(String(await redis.call('HGETALL', log))).not.toMatch(/canary|org/);
  });

  test('the log in Valkey expires when it is not used for a long time', async () => {
    await record(share(), 'a');
    expect(Number(await redis.call('PTTL', log))).toBeGreaterThan(10 * 60_000);
  });

  test('writes that could not be recorded are recorded when Valkey answers again', async () => {
    const [one, other] = [share(), share()];
    network.isCut = true;
    await Promise.all([record(one, 'a'), record(one, 'b')]);
    expect([await one.catchUp(), await one.currentOffset()]).toEqual([false, undefined]);
    network.isCut = false;
    await wait(100);
    expect(await known(other)).toEqual(['a', 'b']);
  });

  test('the log starts again when a replica has more unrecorded writes than its maximum', async () => {
    const [one, other] = [share({ maxWaiting: 2 }), share()];
    for (const cid of ['before', 'then', 'later']) await record(other, cid);
    const offset = await offsetOf(other);
    network.isCut = true;
    for (const cid of ['a', 'b', 'c']) await record(one, cid);
    network.isCut = false;
    expect(await known(one)).toEqual(['a', 'b']);
    expect(await known(other)).toEqual(['a', 'b']);
    expect(other.covers(offset)).toBe(false);
    expect(await redis.call('HLEN', log)).toBe(4 + 2);
    expect(other.covers({ ...(await offsetOf(other)), number: 0 })).toBe(true);
  });

  test('offsets from before entries that were encrypted with a removed key are not covered', async () => {
    const old = share();
    const offset = await offsetOf(old);
    await record(old, 'a');
    const young = share({}, createAead([newKey], 'change'));
    expect(await known(young)).toEqual([]);
    expect(young.covers(offset)).toBe(false);
    await record(young, 'b');
    expect(await known(young)).toEqual(['b']);
    expect(young.covers({ ...offset, number: 1 })).toBe(true);
  });

  test.each([
    ['of another type', ['SET', log, 'canary']],
    ['without a latest number', ['HDEL', log, 'latest']],
    ['with an invalid latest number', ['HSET', log, 'latest', 'x']],
    ['with an invalid entry', ['HSET', log, '1', 'x']],
    ['without one of its entries', ['HDEL', log, '1']],
  ])('a log in Valkey %s does not cover an offset from before a write', async (_, [command = '', ...args]) => {
    const offset = await offsetOf(share());
    await record(share(), 'a');
    await redis.call(command, ...args);
    const writeLog = share();
    expect((await writeLog.catchUp()) && writeLog.covers(offset)).toBe(false);
  });
});

test('a log in Valkey with an invalid latest number starts again', async () => {
  await record(share(), 'a');
  await redis.call('HSET', log, 'latest', 'x');
  await record(share(), 'b');
  expect(await known(share())).toEqual(['b']);
});
