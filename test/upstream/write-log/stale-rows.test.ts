import { beforeAll, describe, expect, test } from 'vitest';
import type { Contact } from '../../../src/upstream/endpoints/contact.ts';
import type { LogOffset } from '../../../src/upstream/write-log/entries.ts';
import { findStaleRows } from '../../../src/upstream/write-log/stale-rows.ts';
import { createLocalWriteLog } from '../../../src/upstream/write-log/write-log.ts';

const organizationId = 'org';
const at = '2026-05-05T12:00:00.400Z';

describe('a row', () => {
  const changes = createLocalWriteLog();
  const isOutdated = (
    modified: string | null,
    offset: LogOffset | undefined,
    openedAt = '2026-05-05T12:00:10.000Z',
  ) => {
    const row = { cid: 'a', modified } as Contact; // nothing else is looked at
    const version = { offset, openedAt };
    return findStaleRows(changes, organizationId, { rows: [row], version }).length > 0;
  };
  beforeAll(() => changes.record({ organizationId, cid: 'a', at })); // the first
  const before = { log: 'local', number: 0 };
  const after = { log: 'local', number: 1 };

  test.each([
    ['modified long before', '2026-01-01T00:00:00.000Z', true],
    ['modified in the second of the write', '2026-05-05T12:00:00.000Z', true],
    ['that does not tell when it was modified', null, true],
    ['modified after the write', '2026-05-05T12:00:01.000Z', false],
  ])('%s, of a list from before the write, may be outdated: %s %s', (_, modified, expected) => {
    expect(isOutdated(modified, before)).toBe(expected);
    expect(isOutdated(modified, undefined)).toBe(expected);
    expect(isOutdated(modified, { log: 'another', number: 9 })).toBe(expected);
  });

  test.each([
    ['modified before', '2026-05-05T11:59:59.000Z', true],
    ['modified in the second of the write', '2026-05-05T12:00:00.000Z', false],
    ['that does not tell when it was modified', null, false],
  ])('%s, of a list from soon after the write, that may lag: %s %s', (_, modified, expected) => {
    expect(isOutdated(modified, after)).toBe(expected);
    expect(isOutdated(modified, after, '2026-05-05T12:02:00.000Z')).toBe(false);
  });
});
