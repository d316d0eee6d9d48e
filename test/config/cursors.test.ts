import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';

test('pages and cursors are bounded, and sealed with a key that is made at the start', () => {
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
  'the key of cursors %j is refused',
  (key) => expect(problemsOf({ CURSOR_KEYS: key }).length).toBeGreaterThan(0),
);

test.each([
  'valkey',
  'redis://',
  'redis://valkey/x',
  'redis://valkey?commandTimeout=0',
  'redis://valkey#x',
  '/run/valkey',
])('a Valkey at %s is refused', (url) =>
  expect(problemsOf({ VALKEY_URL: url, CURSOR_KEYS: `${'A'.repeat(43)}=` })).toHaveLength(1),
);

test.each(['redis://valkey', 'redis://valkey:6379/0', 'rediss://user:p%40ss@[::1]:6380/12'])(
  'a Valkey at %s is taken',
  (url) => expect(readConfig({ VALKEY_URL: url, CURSOR_KEYS: `${'A'.repeat(43)}=` }).valkeyUrl?.reveal()).toBe(url),
);
