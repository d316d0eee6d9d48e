import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { countCalls, firstNamesOf, type ListPage, readPage, renameContact } from '../support/list.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type Replica, startReplica, waitForWriteLog } from '../support/replicas.ts';

let redis: RedisServer;
let emulator: Emulator;
let reader: Replica;
let writer: Replica;
let args: object;
let page: ListPage;
beforeEach(async () => {
  redis = await startRedis();
  emulator = await startEmulator({ contacts: 100, edgeCases: false });
  reader = await startReplica(emulator, redis.address);
  writer = await startReplica(emulator, redis.address);
  const { end } = await readPage(reader, { first: 20 });
  args = { first: 20, after: end };
  page = await readPage(reader, args);
});
afterEach(async () => {
  await reader.close();
  await writer.close();
  await emulator.close();
  await redis.close();
});

/** The first names that the page must have after the write. */
const renamed = () => firstNamesOf(page).with(3, 'Renamed');

async function waitForNames(names: readonly (string | null)[]): Promise<void> {
  for (let times = 0; times < 100; times += 1) {
    if (String(firstNamesOf(await readPage(reader, args))) === String(names)) return;
    await wait(20);
  }
  throw new Error('The page still shows something else.');
}

describe('a stored page shows a contact as it is now', () => {
  test('a replica that could not reach Valkey during a write shows the written contact', async () => {
    reader.disconnect(true);
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
    reader.disconnect(false);
    emulator.control.clearLog();
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
    expect(countCalls(emulator)).toEqual({ lists: 0, contacts: 1 });
  });

  test('a write is visible at another replica soon after the replica that made it reaches Valkey again', async () => {
    writer.disconnect(true);
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    expect(firstNamesOf(await readPage(writer, args))).toEqual(renamed());
    writer.disconnect(false);
    await waitForNames(renamed());
    expect((await readPage(reader, args)).cids).toEqual(page.cids);
  });

  test('a write is visible when Valkey has lost the write log but still has the pages', async () => {
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    expect(await redis.call('DEL', 'contactgraph:changes:1')).toBe(1);
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
  });

  test('a write is visible when Valkey has the pages but cannot record writes', async () => {
    await redis.call('DEL', 'contactgraph:changes:1');
    await redis.call('SET', 'contactgraph:changes:1', 'something else');
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
    await redis.call('DEL', 'contactgraph:changes:1');
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
  });

  test('a write is visible when the memory of Valkey is full', async () => {
    expect(firstNamesOf(await readPage(writer, args))).toEqual(firstNamesOf(page));
    await redis.call('CONFIG', 'SET', 'maxmemory', 1);
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    for (const replica of [writer, reader]) expect(firstNamesOf(await readPage(replica, args))).toEqual(renamed());
    await redis.call('CONFIG', 'SET', 'maxmemory', 0);
    for (const replica of [writer, reader]) expect(firstNamesOf(await readPage(replica, args))).toEqual(renamed());
  });

  test('a write that is not yet recorded in Valkey is visible at the replica that made it', async () => {
    // Of the two scripts of the write log, only the one that records a write fails.
    writer.disconnect((script) => script.includes('HDEL'));
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    expect(firstNamesOf(await readPage(writer, args))).toEqual(renamed());
  });

  test('a write is visible when Valkey restarts with the pages but without the last write log entries', async () => {
    await redis.call('SAVE');
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    await redis.kill();
    await redis.restart();
    expect(await redis.call('DBSIZE')).toBeGreaterThan(0);
    await waitForWriteLog(reader);
    await waitForWriteLog(writer);
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
  });

  test('a write is visible when Valkey ended before it and restarts without data', async () => {
    await redis.kill();
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
    await redis.restart();
    await waitForWriteLog(reader);
    await waitForWriteLog(writer);
    expect(firstNamesOf(await readPage(reader, args))).toEqual(renamed());
  });
});

test('a replica that starts after a write shows the written contact', async () => {
  await renameContact(writer, page.rows[3]?.id, 'Renamed');
  const late = await startReplica(emulator, redis.address);
  await readPage(late, { first: 1 }); // This logs in, so that the login is not among the counted calls.
  emulator.control.clearLog();
  expect(firstNamesOf(await readPage(late, args))).toEqual(renamed());
  expect(countCalls(emulator)).toEqual({ lists: 0, contacts: 1 });
  await late.close();
});

test('a write is recorded in the write log before it is answered', async () => {
  writer.disconnect(() => wait(100, false));
  await renameContact(writer, page.rows[3]?.id, 'Renamed');
  expect(await redis.call('HGET', 'contactgraph:changes:1', 'latest')).toBe('1');
});
