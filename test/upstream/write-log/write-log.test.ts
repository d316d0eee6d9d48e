import { describe, expect, test } from 'vitest';
import { createLocalWriteLog } from '../../../src/upstream/write-log/write-log.ts';
import { known, offsetOf, organizationId, record, share } from './support/write-logs.ts';

describe.each([
  ['in one process', (max: number) => createLocalWriteLog(max)],
  ['in Valkey', (max: number) => share({ max })],
])('a write log %s holds one entry for each contact', (_, create) => {
  test('a write log has a maximum of entries: the oldest are evicted, and offsets from before them are not covered', async () => {
    const writeLog = create(3);
    const offsets = [await offsetOf(writeLog)];
    for (const cid of ['a', 'b', 'c', 'd', 'e']) {
      await record(writeLog, cid);
      await writeLog.catchUp();
      offsets.push({ ...(await offsetOf(writeLog)), number: offsets.length });
    }
    expect(await known(writeLog)).toEqual(['c', 'd', 'e']);
    expect(writeLog.size()).toBe(3);
    expect(offsets.map(writeLog.covers)).toEqual([false, false, true, true, true, true]);
  });

  test('a write log has one entry for a contact, that of its last write', async () => {
    const writeLog = create(5);
    await record(writeLog, 'a');
    await writeLog.record({ organizationId, cid: 'b', at: '2026-05-05T12:00:02.000Z' });
    await record(writeLog, 'b'); // This write is recorded later and was done earlier.
    await writeLog.record({ organizationId, cid: 'c' });
    await record(writeLog, 'a');
    await known(writeLog);
    expect(writeLog.entriesOf(organizationId)?.get('b')?.at).toBe('2026-05-05T12:00:02.000Z');
    expect(writeLog.entriesOf(organizationId)?.get('a')?.number).toBe(5);
    expect(writeLog.size()).toBe(3);
  });
});
