import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

// graphql refuses objects of another copy of itself. A dependency or the test runner can load a second copy.

test('the schema is built with the copy of graphql that tests import', () => {
  expect(schema).toBeInstanceOf(GraphQLSchema);
});

test('require and import load the same copy of graphql', () => {
  const required: { GraphQLSchema: unknown } = createRequire(import.meta.url)('graphql');
  expect(required.GraphQLSchema).toBe(GraphQLSchema);
});

test('only one copy of graphql is installed, except the one of the schema linter', () => {
  const lockfile: Lockfile = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  const copies = Object.entries(lockfile.packages).filter(([path]) => /(^|\/)node_modules\/graphql$/.test(path));
  expect(copies.map(([path, { dev = false }]) => ({ path, dev }))).toEqual([
    { path: 'node_modules/graphql', dev: false },
    { path: 'test/conformance/schema-linter/node_modules/graphql', dev: true },
  ]);
});

type Lockfile = { packages: Record<string, { dev?: boolean }> };
