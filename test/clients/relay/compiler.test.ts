// relay-compiler accepts the documents of this folder, which `npm run test:clients` compiles first, and knows from the schema
// which ones would not work.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    'contactMutationsEdgeMutation',
    'contactMutationsRenameMutation',
    'contactPageCardQuery',
    'contactPageListQuery',
    'contactPageQuery',
    'strictPageQuery',
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
    'a @prependEdge on a field that is no edge',
    'mutation brokenMutation($input: CreateContactInput!, $connections: [ID!]!) { createContact(input: $input) { contact @prependEdge(connections: $connections) { cid } } }',
    '@prependEdge',
  ],
  [
    'a @refetchable fragment on a type without an id',
    'fragment broken_metrics on ContactMetrics @refetchable(queryName: "brokenQuery") { totalVisits }',
    '@refetchable',
  ],
])('relay-compiler refuses %s', (_, document, expectedText) => {
  const { status, output } = compile('broken.ts', `export const broken = graphql\`${document}\`;`);
  expect(status).not.toBe(0);
  expect(output).toContain(expectedText);
});

test('relay-compiler compiles the examples of docs/clients.md', () => {
  const page = readFileSync(join(clients, '../../docs/clients.md'), 'utf8');
  const [, section = ''] = page.split('\n## Relay\n');
  const examples = [...section.matchAll(/^const \w+ = graphql`[\s\S]*?`;$/gm)].map(([example]) => example);
  expect(examples).toHaveLength(2);
  const { status, output } = compile('contacts.ts', examples.join('\n'));
  expect(status, output).toBe(0);
});

test('in a fragment that throws the errors of its fields, a field that is null only with an error has no null in its type', () => {
  const fragment =
    'fragment strict_query on Query @throwOnFieldError { contact(by: {cid: "a"}) { cid } contacts(first: 1) { totalCount } }';
  const { status, output, types } = compile('strict.ts', `export const strict = graphql\`${fragment}\`;`);
  expect(status, output).toBe(0);
  const [, data = ''] = /strict_query\$data = (\{.*?\n\});/s.exec(types['strict_query.graphql.ts'] ?? '') ?? [];
  const nullable = [...data.matchAll(/readonly (\w+): (?:\{[^{}]*\}|\w+) \| null/g)].map(([, name]) => name);
  expect(nullable).toEqual(['contact', 'totalCount']);
});

/** Compiles an app with one file in a folder of its own. @returns the files that the compiler wrote, by their names, as well */
function compile(file: string, content: string) {
  const app = mkdtempSync(join(tmpdir(), 'contactgraph-relay-'));
  try {
    mkdirSync(join(app, 'artifacts'));
    copyFileSync(join(clients, '../../schema.graphql'), join(app, 'schema.graphql'));
    const config = { src: '.', schema: 'schema.graphql', artifactDirectory: 'artifacts', language: 'typescript' };
    writeFileSync(join(app, 'relay.config.json'), JSON.stringify(config));
    writeFileSync(join(app, file), content);
    const compiler = join(clients, 'node_modules/.bin/relay-compiler');
    const { status, stdout, stderr } = spawnSync(compiler, ['--noWatchman'], { cwd: app, encoding: 'utf8' });
    const files = readdirSync(join(app, 'artifacts'));
    const types = Object.fromEntries(files.map((name) => [name, readFileSync(join(app, 'artifacts', name), 'utf8')]));
    return { status, output: stdout + stderr, types };
  } finally {
    rmSync(app, { recursive: true });
  }
}
