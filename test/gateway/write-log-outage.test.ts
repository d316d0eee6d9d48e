import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { callsOf, type ListPage, namesOf, readPage, rename } from '../support/list.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type Replica, startReplica, untilNoted } from '../support/replicas.ts';

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

/** The names on the page, as they should be. */
const renamed = () => namesOf(page).with(3, 'Renamed');

async function untilNamesAre(names: readonly (string | null)[]): Promise<void> {
  for (let times = 0; times < 100; times += 1) {
    if (String(namesOf(await readPage(reader, args))) === String(names)) return;
    await wait(20);
  }
  throw new Error('The page still shows something else.');
}

describe('no page shows a contact as it was', () => {
  test('at a replica that could not reach Valkey during the write', async () => {
    reader.disconnect(true);
    await rename(writer, page.rows[3]?.id, 'Renamed');
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
    reader.disconnect(false);
    emulator.control.clearLog();
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
    expect(callsOf(emulator)).toEqual({ lists: 0, contacts: 1 });
  });

  test('soon after the replica that wrote it reaches Valkey again', async () => {
    writer.disconnect(true);
    await rename(writer, page.rows[3]?.id, 'Renamed');
    expect(namesOf(await readPage(writer, args))).toEqual(renamed());
    writer.disconnect(false);
    await untilNamesAre(renamed());
    expect((await readPage(reader, args)).cids).toEqual(page.cids);
  });

  test('when Valkey has forgotten the notes, and not the pages', async () => {
    await rename(writer, page.rows[3]?.id, 'Renamed');
    expect(await redis.call('DEL', 'contactgraph:changes:1')).toBe(1);
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
  });

  test('when Valkey has the pages and takes no notes', async () => {
    await redis.call('DEL', 'contactgraph:changes:1');
    await redis.call('SET', 'contactgraph:changes:1', 'something else');
    await rename(writer, page.rows[3]?.id, 'Renamed');
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
    await redis.call('DEL', 'contactgraph:changes:1');
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
  });

  test('when Valkey is full', async () => {
    expect(namesOf(await readPage(writer, args))).toEqual(namesOf(page));
    await redis.call('CONFIG', 'SET', 'maxmemory', 1);
    await rename(writer, page.rows[3]?.id, 'Renamed');
    for (const replica of [writer, reader]) expect(namesOf(await readPage(replica, args))).toEqual(renamed());
    await redis.call('CONFIG', 'SET', 'maxmemory', 0);
    for (const replica of [writer, reader]) expect(namesOf(await readPage(replica, args))).toEqual(renamed());
  });

  test('at the replica whose write is not noted yet', async () => {
    // Of the two scripts only this one fails.
    writer.disconnect((script) => script.includes('HDEL'));
    await rename(writer, page.rows[3]?.id, 'Renamed');
    expect(namesOf(await readPage(writer, args))).toEqual(renamed());
  });

  test('when Valkey comes back with pages and without the last notes', async () => {
    await redis.call('SAVE');
    await rename(writer, page.rows[3]?.id, 'Renamed');
    await redis.kill();
    await redis.restart();
    expect(await redis.call('DBSIZE')).toBeGreaterThan(0);
    await untilNoted(reader);
    await untilNoted(writer);
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
  });

  test('when Valkey died before the write and has nothing afterwards', async () => {
    await redis.kill();
    await rename(writer, page.rows[3]?.id, 'Renamed');
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
    await redis.restart();
    await untilNoted(reader);
    await untilNoted(writer);
    expect(namesOf(await readPage(reader, args))).toEqual(renamed());
  });
});

test('a replica that starts after the write knows of it', async () => {
  await rename(writer, page.rows[3]?.id, 'Renamed');
  const late = await startReplica(emulator, redis.address);
  await readPage(late, { first: 1 }); // it has its token
  emulator.control.clearLog();
  expect(namesOf(await readPage(late, args))).toEqual(renamed());
  expect(callsOf(emulator)).toEqual({ lists: 0, contacts: 1 });
  await late.close();
});

test('a write is noted before it is answered', async () => {
  writer.disconnect(() => wait(100, false));
  await rename(writer, page.rows[3]?.id, 'Renamed');
  expect(await redis.call('HGET', 'contactgraph:changes:1', 'latest')).toBe('1');
});
