import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { variableNames } from '../../src/config/environment.ts';
import { readSettings } from '../../src/config/settings-in-force.ts';
import { exampleOf, folder } from '../support/settings.ts';

const secretVariables = [
  ...['CURSOR_KEYS', 'HTTPS_PROXY', 'HTTP_PROXY', 'SESSION_KEYS', 'UPSTREAM_CLIENT_SECRET', 'VALKEY_URL'],
  'OTEL_EXPORTER_OTLP_HEADERS',
  ...['http_proxy', 'https_proxy'],
];

const settingOf = (name: string, env: Record<string, string>) =>
  readSettings(env, new Set()).find((setting) => setting.name === name);

test('the settings in force are those of all variables of the schema, in its order', () => {
  expect(readSettings({}, new Set()).map(({ name }) => name)).toEqual(variableNames);
});

test.each(variableNames)('%s is shown as it is set, or masked if it is secret', (name) => {
  const { value, source } = settingOf(name, exampleOf(name)) ?? {};
  expect(source).toBe('variable');
  if (secretVariables.includes(name)) expect(value).toMatch(/^\[secret\](?:,\[secret\])*$/);
  else expect(value).toBe(exampleOf(name)[name]);
});

test.each([
  ['PUBLIC_SCHEMA', {}, 'true'],
  ['PUBLIC_SCHEMA', { NODE_ENV: 'production' }, 'false'],
  ['WARM_UP', { NODE_ENV: 'production' }, 'true'],
  ['EXPLAIN', { NODE_ENV: 'production' }, 'false'],
  ['DRAIN_DELAY_MS', { NODE_ENV: 'production' }, '5000'],
  ['TRY_TIMEOUT_MS', { OPERATION_DEADLINE_MS: '1000' }, '400'],
  ['AUTH_MODE', { UPSTREAM_URL: 'https://upstream.example' }, 'passthrough'],
  ['DOCUMENTS_MODE', { DOCUMENTS_FILE: 'documents.json' }, 'log'],
  ['APQ', { DOCUMENTS_FILE: 'documents.json', DOCUMENTS_MODE: 'only' }, 'false'],
  ['ACCELERATORS', {}, 'all'],
  ['CACHE_CONTACT', {}, '5000/15000/300000'],
])('%s has with %j the default %s', (name, env, value) => {
  expect(settingOf(name, env)).toEqual({ name, value, source: 'default' });
});

test('the client key of the configured organization is shown as one of the organizations file, and its secret is masked', () => {
  const file = join(folder, 'with-credential.json');
  const credential = { clientKey: 'ck', clientSecret: 'canary' };
  writeFileSync(file, JSON.stringify({ organizations: [{ cid: 'org', credential }] }));
  const env = { ORGANIZATIONS_FILE: file, ORGANIZATION_ID: 'org' };
  const source = 'organizations-file';
  expect(settingOf('UPSTREAM_CLIENT_KEY', env)).toMatchObject({ value: 'ck', source });
  expect(settingOf('UPSTREAM_CLIENT_SECRET', env)).toMatchObject({ value: '[secret]', source });
});
