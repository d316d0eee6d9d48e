import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';
import { customerSessionEnvironment } from '../support/sessions.ts';

const key = Buffer.from('canary'.padEnd(32)).toString('base64');

test('by default a customer session lasts 15 minutes, and 12 hours with renewals, and may not delete its contact', () => {
  const attempts = { perUsername: 10, perCaller: 100, tokensPerCaller: 20, windowMs: 900_000 };
  expect(readConfig({}).session).toEqual({ keys: [], ttlMs: 900_000, maxMs: 43_200_000, mayDelete: false, attempts });
  expect(readConfig({ SESSION_MAY_DELETE: 'true' }).session.mayDelete).toBe(true);
});

test('a SESSION_TTL_MS above SESSION_MAX_MS is refused', () => {
  expect(problemsOf({ SESSION_TTL_MS: '60000', SESSION_MAX_MS: '59999' })).toEqual([
    'SESSION_TTL_MS is more than SESSION_MAX_MS, beyond which no session lasts.',
  ]);
  expect(problemsOf({ SESSION_MAX_MS: '60000' })).toHaveLength(1);
  expect(problemsOf({ SESSION_TTL_MS: '60000', SESSION_MAX_MS: '60000' })).toEqual([]);
});

test('with a real upstream customer sessions need SESSION_KEYS and a client key, whose organization the upstream may tell', () => {
  const UPSTREAM_URL = 'https://explore.cloud4wi.com';
  expect(problemsOf({ UPSTREAM_URL, SESSION_TTL_MS: '60000', SESSION_MAY_DELETE: 'true' })).toEqual([
    'SESSION_TTL_MS is for customer sessions, which need SESSION_KEYS; `openssl rand -base64 32` makes one.',
    'SESSION_MAY_DELETE is for customer sessions, which need SESSION_KEYS; `openssl rand -base64 32` makes one.',
  ]);
  const withoutKey = { UPSTREAM_URL, SESSION_KEYS: key };
  const named = { UPSTREAM_CLIENT_KEY: 'ck', UPSTREAM_CLIENT_SECRET: 's' };
  for (const env of [withoutKey, { ...withoutKey, ORGANIZATION_ID: 'o' }]) {
    expect(problemsOf(env)).toEqual([expect.stringContaining('SESSION_KEYS needs the client key of an organization')]);
  }
  expect(problemsOf({ ...withoutKey, ...named })).toEqual([]);
  expect(problemsOf({ ...withoutKey, ...named, ORGANIZATION_ID: 'o' })).toEqual([]);
  expect(problemsOf(customerSessionEnvironment())).toEqual([]);
});

test('the keys of customer sessions cannot be printed', () => {
  const config = readConfig({ SESSION_KEYS: `${key},${key}` });
  expect(config.session.keys).toHaveLength(2);
  expect(`${inspect(config, { depth: 9, showHidden: true })}${JSON.stringify(config)}`).not.toContain(key.slice(0, 8));
});
