import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createLocalWriteLog } from '../../src/upstream/write-log/write-log.ts';
import { createContact } from '../support/creation.ts';
import { startGateway } from '../support/gateway.ts';
import { countCalls, firstNamesOf, pageSize, readPage, readStoredPage, renameContact } from '../support/list.ts';
import { type Replica, startSingleReplica } from '../support/replicas.ts';

const byTime = { field: 'CREATED_ABSOLUTE', direction: 'DESC' };

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ contacts: 100, edgeCases: false });
});
afterEach(() => emulator.close());

describe('the write log entries of a creation', () => {
  const input = { firstName: 'Renamed', email: 'ada@example.com' };

  test('a creation that matched a contact is visible on a stored page', async () => {
    const gateway = await startSingleReplica(emulator);
    const { page: first } = await readStoredPage(gateway, null);
    emulator.update(first.cids[3] ?? '', { email: input.email });
    const { args, page } = await readStoredPage(gateway, null);
    const { data } = await createContact(gateway.query, undefined, { ...input, deduplicate: ['EMAIL'] });
    expect(data.createContact.outcome).toBe('MATCHED');
    expect(firstNamesOf(await readPage(gateway, args))).toEqual(firstNamesOf(page).with(3, 'Renamed'));
    await gateway.close();
  });

  test('a creation that can match no contact is not recorded, so that an import does not evict the entries of other writes', async () => {
    const gateway = await startSingleReplica(emulator);
    const { data } = await createContact(gateway.query, undefined, input);
    expect(data.createContact.outcome).toBe('CREATED');
    expect(gateway.writeLog.size()).toBe(0);
    await gateway.close();
  });
});

describe('a write that is recorded without its time', () => {
  const write = async ({ writeLog }: Replica, cid = '') => {
    emulator.update(cid, { firstName: 'Renamed' });
    await writeLog.record({ organizationId: emulator.organizationId, cid });
  };

  test('a write without a time is visible in a scroll session that was started before it', async () => {
    const gateway = await startSingleReplica(emulator);
    const args = { first: pageSize, orderBy: null };
    const first = await readPage(gateway, args);
    await write(gateway, emulator.contacts()[2 * pageSize + 3]?.cid);
    const second = await readPage(gateway, { ...args, after: first.end });
    const third = await readPage(gateway, { ...args, after: second.end });
    expect(firstNamesOf(third)[3]).toBe('Renamed');
    await gateway.close();
  });

  test('a write without a time is visible on stored pages that are read backward', async () => {
    const gateway = await startSingleReplica(emulator);
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

test('a write in another organization causes no upstream call, although the contact has the same cid', async () => {
  const gateway = await startSingleReplica(emulator);
  const { args, page } = await readStoredPage(gateway, null);
  for (const { cid } of page.rows) await gateway.writeLog.record({ organizationId: 'other', cid });
  expect((await readPage(gateway, args)).cids).toEqual(page.cids);
  expect(emulator.control.calls()).toEqual([]);
  await gateway.close();
});

test.each([null, byTime])(
  'a contact is shown as it is now although its write log entry was evicted, in the order %j',
  async (orderBy) => {
    const gateway = await startSingleReplica(emulator, createLocalWriteLog(2));
    const { args, page } = await readStoredPage(gateway, orderBy);
    const names = firstNamesOf(page);
    for (const index of [2, 3, 4]) await renameContact(gateway, page.rows[index]?.id, `Renamed ${index}`);
    expect(gateway.writeLog.size()).toBe(2);
    const again = await readPage(gateway, args);
    expect(again.cids).toEqual(page.cids);
    expect(firstNamesOf(again)).toEqual(names.with(2, 'Renamed 2').with(3, 'Renamed 3').with(4, 'Renamed 4'));
    await gateway.close();
  },
);

test('a gateway with default stores records its writes', async () => {
  const gateway = await startGateway({ emulator: { contacts: 100, edgeCases: false } });
  const { args, page } = await readStoredPage(gateway, null);
  await renameContact(gateway, page.rows[3]?.id, 'Renamed');
  gateway.emulator.control.clearLog();
  expect(firstNamesOf(await readPage(gateway, args))).toEqual(firstNamesOf(page).with(3, 'Renamed'));
  expect(countCalls(gateway.emulator)).toEqual({ lists: 0, contacts: 1 });
  await gateway.close();
});
