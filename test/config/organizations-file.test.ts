import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';

function fileWith(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'contactgraph-')), 'organizations.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('the credential of the gateway is that of the organization if the environment has none', () => {
  const credential = { clientKey: 'ck-file', clientSecret: 'from-file' };
  const ORGANIZATIONS_FILE = fileWith({ organizations: [{ cid: 'a', credential }] });
  const own = { UPSTREAM_CLIENT_KEY: 'ck-env', UPSTREAM_CLIENT_SECRET: 'from-env' };
  expect(readConfig({ ORGANIZATIONS_FILE, ORGANIZATION_ID: 'a' }).credential?.clientSecret.reveal()).toBe('from-file');
  expect(readConfig({ ORGANIZATIONS_FILE, ORGANIZATION_ID: 'b' }).credential).toBeUndefined();
  expect(readConfig({ ORGANIZATIONS_FILE, ORGANIZATION_ID: 'a', ...own }).credential?.clientKey).toBe('ck-env');
});

test('all problems of an organizations file are reported, and none of them quotes a value', () => {
  const policy = { key: 'canary', title: 'Canary' };
  const file = fileWith({
    organizations: [
      { cid: '../canary', policies: [policy] },
      { cid: 'ok', canary: 1 },
    ],
  });
  const problems = problemsOf({ ORGANIZATIONS_FILE: file });
  expect(problems).toHaveLength(3);
  expect(problems.join('\n')).toContain('organizations.0.policies.0.key');
  expect(problems.join('\n').replaceAll('"canary"', '')).not.toContain('anary/');
});

test('an organizations file without organizations is a problem', () => {
  expect(problemsOf({ ORGANIZATIONS_FILE: fileWith({ organizations: [] }) })).toHaveLength(1);
});

test.each(['customs.', 'Privacy', 'custom.x', ''])('a policy with the key %j is a problem of the file', (key) => {
  const file = fileWith({ organizations: [{ cid: 'a', policies: [{ key, title: 'T' }] }] });
  expect(problemsOf({ ORGANIZATIONS_FILE: file })).toHaveLength(1);
});

test('two organizations with the same cid and a file that is not JSON are problems', () => {
  expect(problemsOf({ ORGANIZATIONS_FILE: fileWith({ organizations: [{ cid: 'a' }, { cid: 'a' }] }) })).toEqual([
    'ORGANIZATIONS_FILE: two organizations have the same cid.',
  ]);
  expect(problemsOf({ ORGANIZATIONS_FILE: fileWith('{') })).toEqual(['ORGANIZATIONS_FILE: cannot be read as JSON.']);
});
