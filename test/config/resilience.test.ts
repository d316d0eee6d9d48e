import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';

function problems(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('all resilience policies are on by default, and SWITCHED_OFF switches them off by name', () => {
  expect(readConfig({}).resilience).toMatchObject({
    off: [],
    tryTimeoutMs: 3_000,
    connections: 256,
    cacheBytes: 2 ** 26,
  });
  expect(readConfig({ SWITCHED_OFF: 'retry, cache' }).resilience.off).toEqual(['cache', 'retry']);
  const formerNames = 'admission, gate, limiter, breaker, try-timeout';
  expect(readConfig({ SWITCHED_OFF: formerNames }).resilience.off).toEqual([
    'fan-out-admission',
    'rate-limit-gate',
    'concurrency-limiter',
    'circuit-breaker',
    'attempt-timeout',
  ]);
  expect(readConfig({ CACHE_BYTES: '0' }).resilience.cacheBytes).toBe(0);
});

test('each resource has a cache policy of its own', () => {
  const { cacheRules } = readConfig({
    CACHE_CONTACT: '1/2/3',
    CACHE_DEVICES: '0/0/0',
    CACHE_SETTINGS: '5/6/7',
    CACHE_ABSENT_MS: '4',
  }).resilience;
  expect(cacheRules).toEqual({
    contact: { freshMs: 1, staleMs: 2, errorMs: 3, absentMs: 4 },
    events: { freshMs: 10_000, staleMs: 30_000, errorMs: 300_000, absentMs: 4 },
    devices: { freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 4 },
    accountings: { freshMs: 10_000, staleMs: 30_000, errorMs: 300_000, absentMs: 4 },
    organizationPolicies: { freshMs: 5, staleMs: 6, errorMs: 7, absentMs: 5 },
    appSettings: { freshMs: 5, staleMs: 6, errorMs: 7, absentMs: 5 },
  });
});

test.each([
  [
    { SWITCHED_OFF: 'retry,deadline' },
    /^SWITCHED_OFF is some of fan-out-admission, coalescer, cache, retry, rate-limit-gate, concurrency-limiter, circuit-breaker, attempt-timeout, with commas\.$/,
  ],
  [{ SWITCHED_OFF: 'retry,retry,' }, /^SWITCHED_OFF is some of/],
  [{ CACHE_CONTACT: '5000' }, /^CACHE_CONTACT is three times in milliseconds/],
  [{ CACHE_EVENTS: '1/2/-3' }, /^CACHE_EVENTS is three times in milliseconds/],
  [{ CACHE_BYTES: '1' }, /^CACHE_BYTES is 0, or bytes from 1048576/],
  [{ TRY_TIMEOUT_MS: '10' }, /^TRY_TIMEOUT_MS is milliseconds from 50 to 120000\.$/],
  [{ QUEUE_MAX: '-1' }, /^QUEUE_MAX is a whole number from 0 to 100000, in digits only\.$/],
  [{ EXPLAIN: 'yes' }, /^EXPLAIN is true or false\.$/],
])('the problem of the environment %j names the allowed values', (env, problem) => {
  expect(problems(env as Record<string, string>)).toEqual([expect.stringMatching(problem)]);
});

test('operations can be explained if the schema is public or EXPLAIN is true', () => {
  expect(readConfig({}).explain).toBe(true);
  expect(readConfig({ NODE_ENV: 'production' }).explain).toBe(false);
  expect(readConfig({ NODE_ENV: 'production', EXPLAIN: 'true' }).explain).toBe(true);
});
