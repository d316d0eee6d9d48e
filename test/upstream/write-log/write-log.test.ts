import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import type { LogOffset } from '../../../src/upstream/write-log/entries.ts';
import { createValkeyWriteLog, type ValkeyWriteLogOptions } from '../../../src/upstream/write-log/valkey-write-log.ts';
import { createLocalWriteLog, type WriteLog } from '../../../src/upstream/write-log/write-log.ts';
import { connectValkey, type Valkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

const organizationId = 'org';
const at = '2026-05-05T12:00:00.400Z';
const log = 'contactgraph:changes:1';
const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];

let redis: RedisServer;
let valkey: Valkey;
let isCut = false;
const open: WriteLog[] = [];
beforeAll(async () => {
  redis = await startRedis();
  const connection = connectValkey(redis.address, () => undefined);
  valkey = { ...connection, run: async (...args) => (isCut ? undefined : connection.run(...args)) };
});
beforeEach(() => redis.call('FLUSHALL'));
afterEach(() => {
  isCut = false;
  for (const changes of open.splice(0)) changes.close();
});
afterAll(async () => {
  valkey.close();
  await redis.close();
});

function share(options: ValkeyWriteLogOptions = {}, seal: Aead = createAead([oldKey], 'change')): WriteLog {
  const changes = createValkeyWriteLog(valkey, seal, { retryMs: 20, ...options });
  open.push(changes);
  return changes;
}

async function markOf(changes: WriteLog): Promise<LogOffset> {
  for (let times = 0; times < 100; times += 1) {
    const mark = await changes.currentOffset();
    if (mark !== undefined) return mark;
    await wait(20);
  }
  throw new Error('There is no mark.');
}

const note = (changes: WriteLog, cid: string) => changes.record({ organizationId, cid, at });

async function known(changes: WriteLog): Promise<readonly string[]> {
  expect(await changes.catchUp()).toBe(true);
  return [...(changes.entriesOf(organizationId)?.keys() ?? [])];
}

describe.each([
  ['in one process', (max: number) => createLocalWriteLog(max)],
  ['in Valkey', (max: number) => share({ max })],
])('a log %s', (_, create) => {
  test('is bounded: the oldest notes go, and marks from before them are no good any more', async () => {
    const changes = create(3);
    const marks = [await markOf(changes)];
    for (const cid of ['a', 'b', 'c', 'd', 'e']) {
      await note(changes, cid);
      await changes.catchUp();
      marks.push({ ...(await markOf(changes)), number: marks.length });
    }
    expect(await known(changes)).toEqual(['c', 'd', 'e']);
    expect(changes.size()).toBe(3);
    expect(marks.map(changes.covers)).toEqual([false, false, true, true, true, true]);
  });

  test('has one note of a contact, that of its last write', async () => {
    const changes = create(5);
    await note(changes, 'a');
    await changes.record({ organizationId, cid: 'b', at: '2026-05-05T12:00:02.000Z' });
    await note(changes, 'b'); // told later, done earlier
    await changes.record({ organizationId, cid: 'c' });
    await note(changes, 'a');
    await known(changes);
    expect(changes.entriesOf(organizationId)?.get('b')?.at).toBe('2026-05-05T12:00:02.000Z');
    expect(changes.entriesOf(organizationId)?.get('a')?.number).toBe(5);
    expect(changes.size()).toBe(3);
  });
});

describe('a log in Valkey', () => {
  test('is learned by a replica that starts late, however long it is', async () => {
    const one = share();
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => note(one, `c${index}`)));
    expect(await known(share())).toHaveLength(2_500);
  });

  test('is asked by many at once as by one, and nobody gets an answer from before his question', async () => {
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
    await note(one, 'a');
    await redis.call('CONFIG', 'RESETSTAT');
    await Promise.all(Array.from({ length: 20 }, () => known(slow)));
    expect(await known(slow)).toEqual(['a']);
    await early;
    const { eval: texts, evalsha: hashes } = await redis.scriptCalls();
    expect(texts + hashes).toBe(2);
  });

  test('is not asked for the mark of every list', async () => {
    const changes = share();
    await markOf(changes);
    await redis.call('CONFIG', 'RESETSTAT');
    for (let times = 0; times < 20; times += 1) await changes.currentOffset();
    const { eval: texts, evalsha: hashes } = await redis.scriptCalls();
    expect(texts + hashes).toBeLessThan(5); // one a second
  });

  test('takes no more room than its notes', async () => {
    const changes = share({ max: 3 });
    for (const cid of ['a', 'b', 'c', 'd', 'e']) await note(changes, cid);
    expect(await redis.call('HLEN', log)).toBe(4 + 3);
  });

  test('tells nobody whose contact was written', async () => {
    await note(share(), 'canary');
    expect(String(await redis.call('HGETALL', log))).not.toMatch(/canary|org/);
  });

  test('goes when nobody has used it for a long time', async () => {
    await note(share(), 'a');
    expect(Number(await redis.call('PTTL', log))).toBeGreaterThan(10 * 60_000);
  });

  test('takes up what could not be noted when Valkey answers again', async () => {
    const [one, other] = [share(), share()];
    isCut = true;
    await Promise.all([note(one, 'a'), note(one, 'b')]);
    expect([await one.catchUp(), await one.currentOffset()]).toEqual([false, undefined]);
    isCut = false;
    await wait(100);
    expect(await known(other)).toEqual(['a', 'b']);
  });

  test('begins anew when more was missed than a replica remembers', async () => {
    const [one, other] = [share({ maxWaiting: 2 }), share()];
    for (const cid of ['before', 'then', 'later']) await note(other, cid);
    const mark = await markOf(other);
    isCut = true;
    for (const cid of ['a', 'b', 'c']) await note(one, cid);
    isCut = false;
    expect(await known(one)).toEqual(['a', 'b']);
    expect(await known(other)).toEqual(['a', 'b']);
    expect(other.covers(mark)).toBe(false);
    expect(await redis.call('HLEN', log)).toBe(4 + 2);
    expect(other.covers({ ...(await markOf(other)), number: 0 })).toBe(true);
  });

  test('has notes that nobody can read when their key is gone: marks from before them are no good any more', async () => {
    const old = share();
    const mark = await markOf(old);
    await note(old, 'a');
    const young = share({}, createAead([newKey], 'change'));
    expect(await known(young)).toEqual([]);
    expect(young.covers(mark)).toBe(false);
    await note(young, 'b');
    expect(await known(young)).toEqual(['b']);
    expect(young.covers({ ...mark, number: 1 })).toBe(true);
  });

  test.each([
    ['of another form', ['SET', log, 'canary']],
    ['without an end', ['HDEL', log, 'latest']],
    ['with an end that is none', ['HSET', log, 'latest', 'x']],
    ['with a note that is none', ['HSET', log, '1', 'x']],
    ['with a note missing', ['HDEL', log, '1']],
  ])('%s makes no mark good that is not', async (_, [command = '', ...args]) => {
    const mark = await markOf(share());
    await note(share(), 'a');
    await redis.call(command, ...args);
    const changes = share();
    expect((await changes.catchUp()) && changes.covers(mark)).toBe(false);
  });
});

test('a log in Valkey that has no end begins anew', async () => {
  await note(share(), 'a');
  await redis.call('HSET', log, 'latest', 'x');
  await note(share(), 'b');
  expect(await known(share())).toEqual(['b']);
});
