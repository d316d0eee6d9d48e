import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { callsOf, holdPage, namesOf, readPage, remove, rename, size } from '../support/list.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type Replica, startOne, startReplicas, untilNoted } from '../support/replicas.ts';

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
  ['the same gateway', () => startOne(emulator), null],
  ['the same gateway', () => startOne(emulator), byTime],
  ['another replica', () => startReplicas(emulator, redis.address), null],
  ['another replica', () => startReplicas(emulator, redis.address), byTime],
] as const)('after a write through %s', (_, start, orderBy) => {
  let reader: Replica;
  let writer: Replica;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ reader, writer, close } = await start());
  });
  afterEach(() => close());

  test('a page that is held shows the contact as it is now, for one call', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    await rename(writer, page.rows[3]?.id, 'Renamed');
    await untilNoted(writer);
    const before = callsOf(emulator);
    const again = await readPage(reader, args);
    expect(again.cids).toEqual(page.cids);
    expect(namesOf(again)).toEqual(namesOf(page).with(3, 'Renamed'));
    expect(callsOf(emulator)).toEqual({ lists: before.lists, contacts: before.contacts + 1 });
  });

  test('policies that were set are seen on a page that is held', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    const mutation = `mutation ($input: SetContactPoliciesInput!) { setContactPolicies(input: $input) { userErrors { code } } }`;
    const policies = { custom: [{ name: 'brandNew', accepted: true }] };
    const { errors } = await writer.query(mutation, { input: { id: page.rows[3]?.id, policies } });
    expect(errors).toEqual([]);
    await untilNoted(writer);
    const again = await readPage(reader, args);
    expect(again.rows[3]?.policies).toContainEqual({ key: 'customs.brandNew', accepted: true });
    expect(again.rows.toSpliced(3, 1)).toEqual(page.rows.toSpliced(3, 1));
  });

  test('a list that was begun before shows the contact as it is now when it comes to it', async () => {
    const target = (await holdPage(reader, orderBy)).page;
    const { end } = await readPage(reader, { first: size, orderBy });
    await rename(writer, target.rows[5]?.id, 'Renamed');
    await untilNoted(writer);
    emulator.control.clearLog();
    const next = await readPage(reader, { first: size, after: end, orderBy });
    expect(namesOf(next)).toEqual(namesOf(target).with(5, 'Renamed'));
    expect(callsOf(emulator)).toEqual({ lists: 1, contacts: 1 });
  });

  test('a contact that was deleted leaves its page, and the walk goes on: no row is missing or comes twice', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    const gone = [page.rows[0], page.rows[7], page.rows.at(-1)];
    for (const row of gone) await remove(writer, row?.id);
    await untilNoted(writer);
    const again = await readPage(reader, args);
    expect(again.cids).toEqual(page.cids.filter((cid) => !gone.some((row) => row?.cid === cid)));
    expect(again.hasNext).toBe(true);
    const all = [...(await readPage(reader, { first: size, orderBy })).cids, ...again.cids];
    for (let { end, hasNext } = again; hasNext; ) {
      const next = await readPage(reader, { first: size, after: end, orderBy });
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

  test('a page whose contacts are all deleted is empty, and says where it goes on', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    for (const { id } of page.rows) await remove(writer, id);
    await untilNoted(writer);
    const again = await readPage(reader, args);
    expect([again.cids, again.hasNext]).toEqual([[], true]);
    const { cids } = await readPage(reader, { ...args, after: again.end });
    expect(cids).toHaveLength(size);
    for (const cid of cids) expect(page.cids).not.toContain(cid);
  });

  test('pages that do not show the contact cost no call', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    const [other] = (await readPage(reader, { first: size, orderBy })).rows;
    await rename(writer, other?.id, 'Renamed');
    await untilNoted(writer);
    emulator.control.clearLog();
    expect(await readPage(reader, args)).toEqual({ ...page, end: expect.any(String) });
    expect(emulator.control.calls()).toEqual([]);
  });

  test('a list that is begun now shows the contact without a further call, also when it is held', async () => {
    const { page } = await holdPage(reader, orderBy);
    await rename(writer, page.rows[3]?.id, 'Renamed');
    await untilNoted(writer);
    await reader.changes.catchUp(); // else it could take a note of a moment ago for one that comes after
    emulator.control.clearLog();
    const { end } = await readPage(reader, { first: size, orderBy });
    for (let times = 0; times < 3; times += 1) {
      const { rows } = await readPage(reader, { first: size, after: end, orderBy });
      expect(rows[3]?.firstName).toBe('Renamed');
    }
    expect(callsOf(emulator)).toEqual({ lists: 2, contacts: 0 });
  });

  test('a contact that had been written in the same second before is shown as it is now', async () => {
    const target = (await holdPage(reader, orderBy)).page.rows[3];
    const modified = `${new Date().toISOString().slice(0, 19)}Z`;
    emulator.update(target?.cid ?? '', { firstName: 'Once', modified });
    const { args, page } = await holdPage(reader, orderBy);
    expect(page.rows[3]?.firstName).toBe('Once');
    await rename(writer, target?.id, 'Twice');
    await untilNoted(writer);
    expect((await readPage(reader, args)).rows[3]?.firstName).toBe('Twice');
  });

  test('backward, a page that is held shows the contact as it is now', async () => {
    const args = { last: size, orderBy };
    const page = await readPage(reader, args);
    const { data } = await reader.query(
      `query ($orderBy: ContactOrder) { contacts(last: 1, orderBy: $orderBy) { pageInfo { startCursor } } }`,
      { orderBy },
    );
    const before = { last: 5, before: data.contacts.pageInfo.startCursor, orderBy };
    const held = await readPage(reader, before);
    await rename(writer, held.rows[2]?.id, 'Renamed');
    await untilNoted(writer);
    emulator.control.clearLog();
    const again = await readPage(reader, before);
    expect(namesOf(again)).toEqual(namesOf(held).with(2, 'Renamed'));
    expect(callsOf(emulator)).toEqual({ lists: 0, contacts: 1 });
    expect(page.cids.slice(-6, -1)).toEqual(again.cids);
    await reader.changes.catchUp();
    emulator.control.clearLog();
    expect((await readPage(reader, { last: size + 1, orderBy })).rows.at(-4)?.firstName).toBe('Renamed');
    expect(callsOf(emulator)).toEqual({ lists: expect.any(Number), contacts: 0 });
  });

  test('a change of which nobody knows whether it was made is looked up', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    emulator.control.fault({ method: 'PUT', kind: 'reset', after: true });
    const { errors } = await writer.query(
      `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }`,
      { input: { id: page.rows[3]?.id, firstName: 'Renamed' } },
    );
    expect(errors[0]?.extensions['code']).toBe('OUTCOME_UNKNOWN');
    await untilNoted(writer);
    expect(namesOf(await readPage(reader, args))).toEqual(namesOf(page).with(3, 'Renamed'));
  });

  test('a contact that turned out to be gone leaves its page', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    emulator.remove(page.rows[3]?.cid ?? '');
    await writer.query(
      `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }`,
      { input: { id: page.rows[3]?.id, firstName: 'Renamed' } },
    );
    await untilNoted(writer);
    expect((await readPage(reader, args)).cids).toEqual(page.cids.toSpliced(3, 1));
  });

  test('a page fails rather than show what a contact was', async () => {
    const { args, page } = await holdPage(reader, orderBy);
    await rename(writer, page.rows[3]?.id, 'Renamed');
    await untilNoted(writer);
    emulator.control.fault({ path: page.rows[3]?.cid ?? '', kind: 'status', status: 500, times: Infinity });
    const { data, errors } = await reader.query(
      `query ($after: String, $orderBy: ContactOrder) { contacts(first: 20, after: $after, orderBy: $orderBy) { nodes { cid } } }`,
      { ...args },
    );
    expect([data, errors[0]?.extensions['code']]).toEqual([{ contacts: null }, 'UPSTREAM_UNAVAILABLE']);
  });
});
