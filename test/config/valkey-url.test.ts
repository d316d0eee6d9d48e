import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { parseValkeyAddress } from '../../src/valkey/address.ts';
import { problemsOf } from '../support/config.ts';

const CURSOR_KEYS = `${'A'.repeat(43)}=`;
const name = '?sentinelMasterId=contacts';

test.each([
  'valkey',
  'redis://',
  'redis://valkey/x',
  'redis://valkey?commandTimeout=0',
  'redis://valkey#x',
  '/run/valkey',
  'redis-cluster://',
  'redis-cluster://:canary@',
  'redis-cluster://:canary@a,,b',
  'redis-cluster://:canary@a:0',
  'redis-cluster://:canary@a:65536',
  'redis-cluster://:canary@a:b',
  'redis-cluster://:canary@a b',
  'redis-cluster://canary@a',
  'redis-cluster://user:@a',
  'redis-cluster://:%canary@a',
  'redis-cluster://:can@ary@a',
  'redis-cluster://:canary@a/1',
  'redis-cluster://:canary@a?commandTimeout=0',
  'redis-cluster://:canary@a#x',
  'redis-sentinel://:canary@a',
  'redis-sentinel://:canary@a/contacts',
  'redis-sentinel://:canary@a#contacts',
  'redis-sentinel://:canary@a/0?sentinelMasterId=',
  'redis-sentinel://:canary@a/0?sentinelMasterId=%20',
  'redis-sentinel://:canary@a/01?sentinelMasterId=contacts',
  `redis-sentinel://:canary@a${name}&sentinelMasterId=other`,
  `redis-sentinel://:canary@a${name}&commandTimeout=0`,
  `redis-sentinel://:canary@a${name}&sentinelUsername=ada`,
  `redis-sentinel://:canary@a${name}&sentinelPassword=`,
  'redis+sentinel://:canary@a/contacts',
  'valkey://:canary@a',
])('the VALKEY_URL %s is refused with the forms that are allowed, and without its password', (VALKEY_URL) => {
  const [problem = '', ...others] = problemsOf({ VALKEY_URL, CURSOR_KEYS });
  expect(others).toEqual([]);
  expect(problem).toMatch(
    /^VALKEY_URL is redis:\/\/.*, redis-cluster:\/\/.* or redis-sentinel:\/\/.*sentinelMasterId=name/,
  );
  expect(problem).not.toContain('canary');
});

test.each([
  'redis://valkey',
  'redis://valkey:6379/0',
  'rediss://user:p%40ss@[::1]:6380/12',
  'redis-cluster://a:7000,b:7001',
  'rediss-cluster://:p%40ss@a/0',
  `redis-sentinel://a,b:26380/3${name}`,
])('the VALKEY_URL %s is accepted', (url) =>
  expect(readConfig({ VALKEY_URL: url, CURSOR_KEYS }).valkeyUrl?.reveal()).toBe(url),
);

test('the address of a cluster has a login for all nodes, and 6379 for a port that is left out', () => {
  expect(parseValkeyAddress('redis-cluster://ada:p%40s%2Fs@a,[::1]:7001/')).toEqual({
    kind: 'cluster',
    nodes: [
      { host: 'a', port: 6379 },
      { host: '::1', port: 7001 },
    ],
    options: { username: 'ada', password: 'p@s/s' },
  });
  expect(parseValkeyAddress('rediss-cluster://a')).toMatchObject({ options: { tls: {} } });
});

test('the address of sentinels has a login for the server and another one for them, and 26379 for a port that is left out', () => {
  const url = `redis-sentinel://:p%3As@a,b:26380/3${name}&sentinelUsername=s%20u&sentinelPassword=a+b`;
  expect(parseValkeyAddress(url)).toEqual({
    kind: 'sentinel',
    options: {
      ...{ password: 'p:s', db: 3, name: 'contacts', sentinelUsername: 's u', sentinelPassword: 'a+b' },
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
      ],
    },
  });
  expect(parseValkeyAddress(`rediss-sentinel://a${name}`)).toMatchObject({
    options: { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true },
  });
});
