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

test.each([
  'valkey',
  'redis://',
  'redis://valkey/x',
  'redis://valkey?commandTimeout=0',
  'redis://valkey#x',
  '/run/valkey',
])('the VALKEY_URL %s is refused', (url) =>
  expect(problemsOf({ VALKEY_URL: url, CURSOR_KEYS: `${'A'.repeat(43)}=` })).toHaveLength(1),
);

test.each(['redis://valkey', 'redis://valkey:6379/0', 'rediss://user:p%40ss@[::1]:6380/12'])(
  'the VALKEY_URL %s is accepted',
  (url) => expect(readConfig({ VALKEY_URL: url, CURSOR_KEYS: `${'A'.repeat(43)}=` }).valkeyUrl?.reveal()).toBe(url),
);
