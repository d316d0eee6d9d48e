import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
let app: string;

// Each test compiles a small app against the committed schema in a temporary folder.
beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'contactgraph-relay-'));
  cpSync(join(root, 'test/conformance/relay'), app, { recursive: true });
  mkdirSync(join(app, 'artifacts'));
  cpSync(join(root, 'schema.graphql'), join(app, 'schema.graphql'));
  const config = { src: '.', schema: 'schema.graphql', artifactDirectory: 'artifacts', language: 'typescript' };
  writeFileSync(join(app, 'relay.config.json'), JSON.stringify(config));
});

afterEach(() => rmSync(app, { recursive: true }));

test('relay-compiler compiles fragments, refetching and paging against schema.graphql', () => {
  const { status, output } = compile();
  expect(status, output).toBe(0);
  expect(readdirSync(join(app, 'artifacts')).sort()).toEqual(
    [
      'contactCardRefetchQuery',
      'contactCard_contact',
      'contactEventsPaginationQuery',
      'contactEvents_contact',
      'contactListPaginationQuery',
      'contactList_query',
      'contactPageListQuery',
      'contactPageQuery',
    ].map((name) => `${name}.graphql.ts`),
  );
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
  writeFileSync(join(app, 'broken.ts'), `export const broken = graphql\`${document}\`;\n`);
  const { status, output } = compile();
  expect(status).not.toBe(0);
  expect(output).toContain(expectedText);
});

function compile() {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/relay-compiler'), ['--noWatchman'], {
    cwd: app,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}
