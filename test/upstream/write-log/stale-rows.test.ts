import { beforeAll, describe, expect, test } from 'vitest';
import type { Contact } from '../../../src/upstream/endpoints/contact.ts';
import type { LogOffset } from '../../../src/upstream/write-log/entries.ts';
import { findStaleRows } from '../../../src/upstream/write-log/stale-rows.ts';
import { createLocalWriteLog } from '../../../src/upstream/write-log/write-log.ts';

const organizationId = 'org';
const at = '2026-05-05T12:00:00.400Z';

describe('a row of a list is stale if the list may not contain a recorded write', () => {
  const writeLog = createLocalWriteLog();
  const isStale = (modified: string | null, offset: LogOffset | undefined, openedAt = '2026-05-05T12:00:10.000Z') => {
    const row = { cid: 'a', modified } as Contact; // The function reads no other fields.
    const version = { offset, openedAt };
    return findStaleRows(writeLog, organizationId, { rows: [row], version }).length > 0;
  };
  beforeAll(() => writeLog.record({ organizationId, cid: 'a', at }));
  const before = { log: 'local', number: 0 };
  const after = { log: 'local', number: 1 };

  test.each([
    ['modified long before', '2026-01-01T00:00:00.000Z', true],
    ['modified in the second of the write', '2026-05-05T12:00:00.000Z', true],
    ['without a time of modification', null, true],
    ['modified after the write', '2026-05-05T12:00:01.000Z', false],
  ])('a row %s, of a list from before the write: %s may be stale: %s', (_, modified, expected) => {
    expect(isStale(modified, before)).toBe(expected);
    expect(isStale(modified, undefined)).toBe(expected);
    expect(isStale(modified, { log: 'another', number: 9 })).toBe(expected);
  });

  test.each([
    ['modified before', '2026-05-05T11:59:59.000Z', true],
    ['modified in the second of the write', '2026-05-05T12:00:00.000Z', false],
    ['without a time of modification', null, false],
  ])('a row %s, of a list from soon after the write, which may lag: %s may be stale: %s', (_, modified, expected) => {
    expect(isStale(modified, after)).toBe(expected);
    expect(isStale(modified, after, '2026-05-05T12:02:00.000Z')).toBe(false);
  });
});
