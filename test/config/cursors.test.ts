import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';

test('by default pages and cursors are bounded, and no cursor key is configured', () => {
  expect(readConfig({})).toMatchObject({
    maxPageSize: 1000,
    cursorKeys: [],
    cursorRereadMax: 20_000,
    scrollStoreBytes: 67_108_864,
    idempotencyStoreBytes: 33_554_432,
    valkeyUrl: undefined,
  });
});

test.each(['=', ',', `${'A'.repeat(42)}=`, `${'A'.repeat(43)}`, `${'_'.repeat(43)}=`, `${'A'.repeat(42)}B=`])(
  'the CURSOR_KEYS %j are refused',
  (key) => expect(problemsOf({ CURSOR_KEYS: key }).length).toBeGreaterThan(0),
);
