import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createLocalWriteLog } from '../../src/upstream/write-log/write-log.ts';
import { create } from '../support/creation.ts';
import { startGateway } from '../support/gateway.ts';
import { callsOf, holdPage, namesOf, readPage, rename, size } from '../support/list.ts';
import { type Replica, startAlone } from '../support/replicas.ts';

const byTime = { field: 'CREATED_ABSOLUTE', direction: 'DESC' };

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ contacts: 100, edgeCases: false });
});
afterEach(() => emulator.close());

describe('a creation', () => {
  const input = { firstName: 'Renamed', email: 'ada@example.com' };

  test('that matched a contact is seen on a page that is held', async () => {
    const gateway = await startAlone(emulator);
    const { page: first } = await holdPage(gateway, null);
    emulator.update(first.cids[3] ?? '', { email: input.email });
    const { args, page } = await holdPage(gateway, null);
    const { data } = await create(gateway.query, undefined, { ...input, deduplicate: ['EMAIL'] });
    expect(data.createContact.outcome).toBe('MATCHED');
    expect(namesOf(await readPage(gateway, args))).toEqual(namesOf(page).with(3, 'Renamed'));
    await gateway.close();
  });

  test('that can match none is not noted: an import does not drive out the notes of other writes', async () => {
    const gateway = await startAlone(emulator);
    const { data } = await create(gateway.query, undefined, input);
    expect(data.createContact.outcome).toBe('CREATED');
    expect(gateway.changes.size()).toBe(0);
    await gateway.close();
  });
});

describe('a write of which nobody knows when it was done', () => {
  const write = async ({ changes }: Replica, cid = '') => {
    emulator.update(cid, { firstName: 'Renamed' });
    await changes.record({ organizationId: emulator.organizationId, cid });
  };

  test('is seen by a list that was begun before, and has gone on since', async () => {
    const gateway = await startAlone(emulator);
    const args = { first: size, orderBy: null };
    const first = await readPage(gateway, args);
    await write(gateway, emulator.contacts()[2 * size + 3]?.cid);
    const second = await readPage(gateway, { ...args, after: first.end });
    const third = await readPage(gateway, { ...args, after: second.end });
    expect(namesOf(third)[3]).toBe('Renamed');
    await gateway.close();
  });

  test('is seen by pages read backward', async () => {
    const gateway = await startAlone(emulator);
    const read = async (before?: string) => {
      const { data } = await gateway.query(
        `query ($before: String) {
          contacts(last: 5, before: $before) { nodes { cid firstName } pageInfo { startCursor } }
        }`,
        { before },
      );
      return data.contacts;
    };
    const { startCursor } = (await read()).pageInfo;
    const { nodes } = await read(startCursor);
    await write(gateway, nodes[2].cid);
    expect((await read(startCursor)).nodes[2].firstName).toBe('Renamed');
    await gateway.close();
  });
});

test('a write in another organization costs nothing, whatever the contact is called', async () => {
  const gateway = await startAlone(emulator);
  const { args, page } = await holdPage(gateway, null);
  for (const { cid } of page.rows) await gateway.changes.record({ organizationId: 'other', cid });
  expect((await readPage(gateway, args)).cids).toEqual(page.cids);
  expect(emulator.control.calls()).toEqual([]);
  await gateway.close();
});

test.each([null, byTime])(
  'what there is no room to note is no reason to show a contact as it was: %j',
  async (orderBy) => {
    const gateway = await startAlone(emulator, createLocalWriteLog(2));
    const { args, page } = await holdPage(gateway, orderBy);
    const names = namesOf(page);
    for (const index of [2, 3, 4]) await rename(gateway, page.rows[index]?.id, `Renamed ${index}`);
    expect(gateway.changes.size()).toBe(2);
    const again = await readPage(gateway, args);
    expect(again.cids).toEqual(page.cids);
    expect(namesOf(again)).toEqual(names.with(2, 'Renamed 2').with(3, 'Renamed 3').with(4, 'Renamed 4'));
    await gateway.close();
  },
);

test('a gateway that makes its own stores notes writes', async () => {
  const gateway = await startGateway({ emulator: { contacts: 100, edgeCases: false } });
  const { args, page } = await holdPage(gateway, null);
  await rename(gateway, page.rows[3]?.id, 'Renamed');
  gateway.emulator.control.clearLog();
  expect(namesOf(await readPage(gateway, args))).toEqual(namesOf(page).with(3, 'Renamed'));
  expect(callsOf(gateway.emulator)).toEqual({ lists: 0, contacts: 1 });
  await gateway.close();
});
