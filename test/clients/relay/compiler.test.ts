// relay-compiler accepts the documents of this folder, which `npm run test:clients` compiles first, and knows from the schema
// which ones would not work.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const clients = join(import.meta.dirname, '..');

test('relay-compiler compiles fragments, refetching, paging and mutations against schema.graphql', () => {
  const artifacts = readdirSync(join(import.meta.dirname, '__generated__')).filter((file) => file.endsWith('.ts'));
  expect(artifacts.map((file) => file.replace('.graphql.ts', '')).sort()).toEqual([
    'contactCardRefetchQuery',
    'contactCard_contact',
    'contactEventsPaginationQuery',
    'contactEvents_contact',
    'contactListPaginationQuery',
    'contactList_query',
    'contactMutationsAppendMutation',
    'contactMutationsCreateMutation',
    'contactMutationsDeleteMutation',
    'contactMutationsRenameMutation',
    'contactPageCardQuery',
    'contactPageListQuery',
    'contactPageQuery',
  ]);
});

test.each([
  ['an unknown field', 'query brokenQuery { contacts(first: 1) { rows } }', 'rows'],
  [
    'a @connection on a field that is no connection',
    'query brokenQuery { viewer @connection(key: "broken_viewer") { scopes } }',
    '@connection',
  ],
  [
    'a @refetchable fragment on a type without an id',
    'fragment broken_metrics on ContactMetrics @refetchable(queryName: "brokenQuery") { totalVisits }',
    '@refetchable',
  ],
])('relay-compiler refuses %s', (_, document, expectedText) => {
  const app = mkdtempSync(join(tmpdir(), 'contactgraph-relay-'));
  try {
    mkdirSync(join(app, 'artifacts'));
    copyFileSync(join(clients, '../../schema.graphql'), join(app, 'schema.graphql'));
    const config = { src: '.', schema: 'schema.graphql', artifactDirectory: 'artifacts', language: 'typescript' };
    writeFileSync(join(app, 'relay.config.json'), JSON.stringify(config));
    writeFileSync(join(app, 'broken.ts'), `export const broken = graphql\`${document}\`;\n`);
    const compiler = join(clients, 'node_modules/.bin/relay-compiler');
    const { status, stdout, stderr } = spawnSync(compiler, ['--noWatchman'], { cwd: app, encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain(expectedText);
  } finally {
    rmSync(app, { recursive: true });
  }
});
