import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';

test('an empty environment gives the demo on port 4000 of loopback with the example organization', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ mode: 'demo', host: '127.0.0.1', port: 4000, publicSchema: true, logLevel: 'info' });
  expect([...config.organizations.values()].map(({ name }) => name)).toEqual(['Contactgraph Demo']);
  expect(Object.isFrozen(config)).toBe(true);
});

test('UPSTREAM_URL sets the mode passthrough and removes the demo organizations', () => {
  const config = readConfig({ UPSTREAM_URL: 'https://explore.cloud4wi.com' });
  expect(config).toMatchObject({ mode: 'passthrough', upstreamUrl: 'https://explore.cloud4wi.com' });
  expect(config.organizations.size).toBe(0);
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', UPSTREAM_URL: '', ORGANIZATIONS_FILE: '' })).toMatchObject({
    mode: 'demo',
    port: 4000,
  });
});

test('the schema is hidden in production unless PUBLIC_SCHEMA is true', () => {
  expect(readConfig({ NODE_ENV: 'production' }).publicSchema).toBe(false);
  expect(readConfig({ NODE_ENV: 'production', PUBLIC_SCHEMA: 'true' }).publicSchema).toBe(true);
  expect(readConfig({ PUBLIC_SCHEMA: 'false' }).publicSchema).toBe(false);
});

test('all problems of a configuration are reported together, and none of them quotes a value', () => {
  const problems = problemsOf({
    PORT: 'canary',
    LOG_LEVEL: 'canary',
    AUTH_MODE: 'canary',
    UPSTREAM_URL: 'ftp://canary',
    ORGANIZATION_ID: 'canary/..',
    OPERATION_DEADLINE_MS: '5',
    MAX_CONNECTIONS: '0',
    WRITE_TIMEOUT_MS: '999',
    MAX_BODIES_BYTES: '1k',
    MAX_UNSENT_BYTES: '1048575',
    MAX_PAGE_SIZE: '10001',
    MAX_RESPONSE_FIELDS: '999',
    MAX_RESPONSE_BYTES: '16M',
    CURSOR_KEYS: `${randomBytes(32).toString('base64')}, canary,${randomBytes(16).toString('base64')}`,
    SESSION_KEYS: 'canary',
    SESSION_TTL_MS: '999',
    SESSION_MAX_MS: '1h',
    SESSION_MAY_DELETE: 'canary',
    CURSOR_REREAD_MAX: '-1',
    READ_AHEAD_ROWS: '0',
    SCROLL_STORE_BYTES: '1k',
    IDEMPOTENCY_STORE_BYTES: '1048575',
    VALKEY_URL: 'http://:canary@valkey',
    ORGANIZATIONS_FILE: '/nowhere/canary.json',
  });
  expect(problems).toEqual([
    'PORT is a whole number from 0 to 65535.',
    'AUTH_MODE is demo, passthrough or jwt.',
    'UPSTREAM_URL is an https address without a query, like https://explore.cloud4wi.com (http only for loopback).',
    'ORGANIZATION_ID is 1 to 128 letters, digits, "-" or "_".',
    'MAX_CONNECTIONS is a whole number from 1 to 1000000.',
    'WRITE_TIMEOUT_MS is milliseconds from 1000 to 600000.',
    'MAX_BODIES_BYTES is bytes from 1048576 (1 MiB) to 1099511627776 (1 TiB), in digits only.',
    'MAX_UNSENT_BYTES is bytes from 1048576 (1 MiB) to 1099511627776 (1 TiB).',
    'OPERATION_DEADLINE_MS is milliseconds from 100 to 120000.',
    'MAX_PAGE_SIZE is a whole number from 20 to 10000.',
    'MAX_RESPONSE_FIELDS is a whole number from 1000 to 100000000.',
    'MAX_RESPONSE_BYTES is bytes from 65536 (64 KiB) to 268435456 (256 MiB), in digits only.',
    'CURSOR_KEYS has no 32 bytes of base64 as key 2 of 3; `openssl rand -base64 32` makes one.',
    'CURSOR_KEYS has no 32 bytes of base64 as key 3 of 3; `openssl rand -base64 32` makes one.',
    'SESSION_KEYS has no 32 bytes of base64 as key 1 of 1; `openssl rand -base64 32` makes one.',
    'SESSION_TTL_MS is milliseconds from 1000 to 3600000 (an hour).',
    'SESSION_MAX_MS is milliseconds from 1000 to 2592000000 (30 days), in digits only.',
    'SESSION_MAY_DELETE is true or false.',
    'CURSOR_REREAD_MAX is a whole number from 0 to 1000000, in digits only.',
    'READ_AHEAD_ROWS is a whole number from 1 to 1000000.',
    'SCROLL_STORE_BYTES is bytes from 1048576 (1 MiB) to 1099511627776 (1 TiB), in digits only.',
    'IDEMPOTENCY_STORE_BYTES is bytes from 1048576 (1 MiB) to 1099511627776 (1 TiB).',
    expect.stringMatching(/^VALKEY_URL is redis:.*redis-cluster:.*redis-sentinel:/),
    'LOG_LEVEL is fatal, error, warn, info, debug, trace or silent.',
    'ORGANIZATIONS_FILE: cannot be read as JSON.',
  ]);
});

test('variables that are valid alone and contradict each other are refused', () => {
  expect(problemsOf({ AUTH_MODE: 'demo', UPSTREAM_URL: 'https://explore.cloud4wi.com' })).toHaveLength(1);
  expect(problemsOf({ AUTH_MODE: 'passthrough' })).toEqual(['AUTH_MODE passthrough needs an UPSTREAM_URL.']);
  expect(problemsOf({ UPSTREAM_CLIENT_KEY: 'ck-1' })).toHaveLength(1);
  expect(problemsOf({ UPSTREAM_CLIENT_SECRET: 'canary' })).toHaveLength(1);
  expect(problemsOf({ VALKEY_URL: 'redis://valkey' })).toEqual([
    'VALKEY_URL is for replicas, which need the same CURSOR_KEYS; `openssl rand -base64 32` makes one.',
  ]);
  expect(problemsOf({ METRICS_PORT: '4000' })).toEqual(['METRICS_PORT is another port than PORT.']);
  expect(problemsOf({ PORT: '0', METRICS_PORT: '0' })).toEqual([]);
  expect(problemsOf({ PORT: 'x', AUTH_MODE: 'passthrough', VALKEY_URL: 'redis://valkey' })).toHaveLength(3);
});

test.each([
  'http://explore.cloud4wi.com',
  'https://host/path?q=1',
  'https://host/path#a',
  'https://host//path',
  'https://host/path//',
  'https://host/path/..',
  'https://host/./path',
  'https://host/%2e%2e/path',
  'https://host\\path',
  'https://user:pw@host',
  'https://user@host',
  'https://:pw@host',
  'https://host?q=1',
  'nonsense',
])('the UPSTREAM_URL %s is refused', (url) => expect(problemsOf({ UPSTREAM_URL: url })).toHaveLength(1));

test.each([
  { HOST: 'local host' },
  { HOST: 'http://localhost' },
  { PORT: '65536' },
  { PORT: '-1' },
  { PORT: '80.5' },
  { PORT: '0x50' },
  { OPERATION_DEADLINE_MS: '120001' },
  { OPERATION_DEADLINE_MS: '99' },
  { PUBLIC_SCHEMA: 'yes' },
  { UPSTREAM_CLIENT_KEY: 'k'.repeat(257), UPSTREAM_CLIENT_SECRET: 's' },
  { ORGANIZATION_ID: '..' },
  { ORGANIZATION_ID: 'a'.repeat(129) },
])('the environment %j has exactly one problem', (env) => expect(problemsOf(env)).toHaveLength(1));

test.each(['http://127.0.0.1:4010', 'http://localhost:4010', 'http://[::1]:4010'])(
  'the UPSTREAM_URL %s is accepted',
  (url) => expect(readConfig({ UPSTREAM_URL: url }).upstreamUrl).toBe(url),
);

test.each([
  ['https://host/', 'https://host'],
  ['HTTPS://Host', 'https://host'],
  ['https://host/prefix', 'https://host/prefix'],
  ['https://host/prefix/v1.2/', 'https://host/prefix/v1.2'],
])('the UPSTREAM_URL %s is read as %s', (url, read) => {
  expect(readConfig({ UPSTREAM_URL: url }).upstreamUrl).toBe(read);
});

test('the secrets of a configuration cannot be printed', () => {
  const key = Buffer.from('canary'.padEnd(32)).toString('base64');
  const config = readConfig({
    UPSTREAM_CLIENT_KEY: 'ck-1',
    UPSTREAM_CLIENT_SECRET: 'canary',
    CURSOR_KEYS: `${key},${key}`,
    VALKEY_URL: 'redis://:canary@valkey',
  });
  expect(config.credential?.clientSecret.reveal()).toBe('canary');
  expect(config.cursorKeys.map((secret) => secret.reveal())).toEqual([key, key]);
  expect(
    `${inspect(config, { depth: 9, showHidden: true })}${JSON.stringify(config)}${config.credential?.clientSecret}`,
  ).not.toMatch(new RegExp(`canary|${key.slice(0, 8)}`));
});

test('a budget for unsent responses below the largest response is refused', () => {
  const problem =
    'MAX_UNSENT_BYTES is at least MAX_RESPONSE_BYTES: otherwise a client could not get the largest response.';
  expect(problemsOf({ MAX_UNSENT_BYTES: '1048576' })).toEqual([problem]);
  expect(problemsOf({ MAX_RESPONSE_BYTES: '268435456' })).toEqual([problem]);
  expect(readConfig({ MAX_UNSENT_BYTES: '268435456', MAX_RESPONSE_BYTES: '268435456' }).clientLimits).toMatchObject({
    maxUnsentBytes: 268_435_456,
  });
});
