import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const committed = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');

// The linter needs an older version of graphql, so it runs in its own process. Its rules are in its package.json.
const folder = fileURLToPath(new URL('schema-linter', import.meta.url));
const linter = `${folder}/node_modules/.bin/graphql-schema-linter`;

const small = `
  type Query { things(first: Int, after: String): ThingConnection }
  type ThingConnection { edges: [ThingEdge!]!, pageInfo: PageInfo! }
  type ThingEdge { cursor: String!, node: String! }
  type PageInfo { hasNextPage: Boolean!, hasPreviousPage: Boolean!, startCursor: String, endCursor: String }`;

describe('graphql-schema-linter', () => {
  test('the linter accepts schema.graphql', () => {
    expect(lint(committed)).toEqual([]);
  });

  test('the linter finds only missing descriptions in a small valid schema', () => {
    expect(new Set(lint(small))).toEqual(
      new Set(['types-have-descriptions', 'fields-have-descriptions', 'arguments-have-descriptions']),
    );
  });

  test.each([
    ['a connection without edges', 'edges: [ThingEdge!]!, ', 'relay-connection-types-spec'],
    ['a connection without pageInfo', ', pageInfo: PageInfo!', 'relay-connection-types-spec'],
    ['a connection without the argument after', ', after: String', 'relay-connection-arguments-spec'],
    ['a connection without arguments', '(first: Int, after: String)', 'relay-connection-arguments-spec'],
    ['a PageInfo without hasNextPage', 'hasNextPage: Boolean!, ', 'relay-page-info-spec'],
  ])('the linter refuses %s', (_, removedText, rule) => {
    expect(lint(small.replace(removedText, ''))).toContain(rule);
  });
});

/** The rules that a schema breaks. */
function lint(sdl: string): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [linter, '--config-directory', folder, '--format', 'json', '--stdin'],
    { input: sdl, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const { errors }: { errors: { rule: string }[] } = JSON.parse(stdout);
  return errors.map(({ rule }) => rule);
}
