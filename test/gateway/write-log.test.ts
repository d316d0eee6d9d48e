import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import {
  countCalls,
  deleteContact,
  firstNamesOf,
  pageSize,
  readPage,
  readStoredPage,
  renameContact,
  updateFirstName,
} from '../support/list.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type Replica, startReplicaPair, startSingleReplicaPair, waitForWriteLog } from '../support/replicas.ts';

const count = 100;
const byTime = { field: 'CREATED_ABSOLUTE', direction: 'DESC' };

let redis: RedisServer;
let emulator: Emulator;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.call('FLUSHALL');
  emulator = await startEmulator({ contacts: count, edgeCases: false });
});
afterEach(() => emulator.close());

describe.each([
  ['the same gateway', () => startSingleReplicaPair(emulator), null],
  ['the same gateway', () => startSingleReplicaPair(emulator), byTime],
  ['another replica', () => startReplicaPair(emulator, redis.address), null],
  ['another replica', () => startReplicaPair(emulator, redis.address), byTime],
] as const)('stored pages after a write through %s', (_, start, orderBy) => {
  let reader: Replica;
  let writer: Replica;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ reader, writer, close } = await start());
  });
  afterEach(() => close());

  test('a stored page shows the written contact as it is now, for one call', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    await waitForWriteLog(writer);
    const before = countCalls(emulator);
    const again = await readPage(reader, args);
    expect(again.cids).toEqual(page.cids);
    expect(firstNamesOf(again)).toEqual(firstNamesOf(page).with(3, 'Renamed'));
    expect(countCalls(emulator)).toEqual({ lists: before.lists, contacts: before.contacts + 1 });
  });

  test('a stored page shows policies that were set', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    const mutation = `mutation ($input: SetContactPoliciesInput!) { setContactPolicies(input: $input) { userErrors { code } } }`;
    const policies = { custom: [{ name: 'brandNew', accepted: true }] };
    const { errors } = await writer.query(mutation, { input: { id: page.rows[3]?.id, policies } });
    expect(errors).toEqual([]);
    await waitForWriteLog(writer);
    const again = await readPage(reader, args);
    expect(again.rows[3]?.policies).toContainEqual({ key: 'customs.brandNew', accepted: true });
    expect(again.rows.toSpliced(3, 1)).toEqual(page.rows.toSpliced(3, 1));
  });

  test('a scroll session that was started before a write shows the contact as it is now when it reads its page', async () => {
    const target = (await readStoredPage(reader, orderBy)).page;
    const { end } = await readPage(reader, { first: pageSize, orderBy });
    await renameContact(writer, target.rows[5]?.id, 'Renamed');
    await waitForWriteLog(writer);
    emulator.control.clearLog();
    const next = await readPage(reader, { first: pageSize, after: end, orderBy });
    expect(firstNamesOf(next)).toEqual(firstNamesOf(target).with(5, 'Renamed'));
    expect(countCalls(emulator)).toEqual({ lists: 1, contacts: 1 });
  });

  test('a deleted contact leaves its stored page, and paging on returns every other row once', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    const gone = [page.rows[0], page.rows[7], page.rows.at(-1)];
    for (const row of gone) await deleteContact(writer, row?.id);
    await waitForWriteLog(writer);
    const again = await readPage(reader, args);
    expect(again.cids).toEqual(page.cids.filter((cid) => !gone.some((row) => row?.cid === cid)));
    expect(again.hasNext).toBe(true);
    const all = [...(await readPage(reader, { first: pageSize, orderBy })).cids, ...again.cids];
    for (let { end, hasNext } = again; hasNext; ) {
      const next = await readPage(reader, { first: pageSize, after: end, orderBy });
      all.push(...next.cids);
      ({ end, hasNext } = next);
    }
    expect(all.toSorted()).toEqual(
      emulator
        .contacts()
        .map(({ cid }) => cid)
        .toSorted(),
    );
  });

  test('a stored page whose contacts are all deleted is empty, and its end cursor continues the list', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    for (const { id } of page.rows) await deleteContact(writer, id);
    await waitForWriteLog(writer);
    const again = await readPage(reader, args);
    expect([again.cids, again.hasNext]).toEqual([[], true]);
    const { cids } = await readPage(reader, { ...args, after: again.end });
    expect(cids).toHaveLength(pageSize);
    for (const cid of cids) expect(page.cids).not.toContain(cid);
  });

  test('a stored page without the written contact costs no call', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    const [other] = (await readPage(reader, { first: pageSize, orderBy })).rows;
    await renameContact(writer, other?.id, 'Renamed');
    await waitForWriteLog(writer);
    emulator.control.clearLog();
    expect(await readPage(reader, args)).toEqual({ ...page, end: expect.any(String) });
    expect(emulator.control.calls()).toEqual([]);
  });

  test('a list that is started after a write shows the contact without a further call, also from its stored pages', async () => {
    const { page } = await readStoredPage(reader, orderBy);
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    await waitForWriteLog(writer);
    // Without this the replica could take an entry from before the list for one from after it.
    await reader.writeLog.catchUp();
    emulator.control.clearLog();
    const { end } = await readPage(reader, { first: pageSize, orderBy });
    for (let times = 0; times < 3; times += 1) {
      const { rows } = await readPage(reader, { first: pageSize, after: end, orderBy });
      expect(rows[3]?.firstName).toBe('Renamed');
    }
    expect(countCalls(emulator)).toEqual({ lists: 2, contacts: 0 });
  });

  test('a contact that was written twice in one second is shown as it is now', async () => {
    const target = (await readStoredPage(reader, orderBy)).page.rows[3];
    const modified = `${new Date().toISOString().slice(0, 19)}Z`;
    emulator.update(target?.cid ?? '', { firstName: 'Once', modified });
    const { args, page } = await readStoredPage(reader, orderBy);
    expect(page.rows[3]?.firstName).toBe('Once');
    await renameContact(writer, target?.id, 'Twice');
    await waitForWriteLog(writer);
    expect((await readPage(reader, args)).rows[3]?.firstName).toBe('Twice');
  });

  test('a stored page that is read backward shows the written contact as it is now', async () => {
    const args = { last: pageSize, orderBy };
    const page = await readPage(reader, args);
    const { data } = await reader.query(
      `query ($orderBy: ContactOrder) { contacts(last: 1, orderBy: $orderBy) { pageInfo { startCursor } } }`,
      { orderBy },
    );
    const before = { last: 5, before: data.contacts.pageInfo.startCursor, orderBy };
    const stored = await readPage(reader, before);
    await renameContact(writer, stored.rows[2]?.id, 'Renamed');
    await waitForWriteLog(writer);
    emulator.control.clearLog();
    const again = await readPage(reader, before);
    expect(firstNamesOf(again)).toEqual(firstNamesOf(stored).with(2, 'Renamed'));
    expect(countCalls(emulator)).toEqual({ lists: 0, contacts: 1 });
    expect(page.cids.slice(-6, -1)).toEqual(again.cids);
    await reader.writeLog.catchUp();
    emulator.control.clearLog();
    expect((await readPage(reader, { last: pageSize + 1, orderBy })).rows.at(-4)?.firstName).toBe('Renamed');
    expect(countCalls(emulator)).toEqual({ lists: expect.any(Number), contacts: 0 });
  });

  test('a contact whose update had an unknown outcome is read again', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    emulator.control.fault({ method: 'PUT', kind: 'reset', after: true });
    const { errors } = await updateFirstName(writer, page.rows[3]?.id, 'Renamed');
    expect(errors[0]?.extensions['code']).toBe('OUTCOME_UNKNOWN');
    await waitForWriteLog(writer);
    expect(firstNamesOf(await readPage(reader, args))).toEqual(firstNamesOf(page).with(3, 'Renamed'));
  });

  test('a contact that an update found to be deleted leaves its stored page', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    emulator.remove(page.rows[3]?.cid ?? '');
    await updateFirstName(writer, page.rows[3]?.id, 'Renamed');
    await waitForWriteLog(writer);
    expect((await readPage(reader, args)).cids).toEqual(page.cids.toSpliced(3, 1));
  });

  test('a stored page fails when the written contact cannot be read, instead of showing it as it was before', async () => {
    const { args, page } = await readStoredPage(reader, orderBy);
    await renameContact(writer, page.rows[3]?.id, 'Renamed');
    await waitForWriteLog(writer);
    emulator.control.fault({ path: page.rows[3]?.cid ?? '', kind: 'status', status: 500, times: Infinity });
    const { data, errors } = await reader.query(
      `query ($after: String, $orderBy: ContactOrder) { contacts(first: 20, after: $after, orderBy: $orderBy) { nodes { cid } } }`,
      { ...args },
    );
    expect([data, errors[0]?.extensions['code']]).toEqual([{ contacts: null }, 'UPSTREAM_UNAVAILABLE']);
  });
});
