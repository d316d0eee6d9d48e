import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

// graphql refuses what another copy of itself has built; a second copy comes in by a dependency, or by the test runner.

test('the schema is built with the graphql that tests import', () => {
  expect(schema).toBeInstanceOf(GraphQLSchema);
});

test('what is required is what is imported', () => {
  const required: { GraphQLSchema: unknown } = createRequire(import.meta.url)('graphql');
  expect(required.GraphQLSchema).toBe(GraphQLSchema);
});

test('one graphql is installed, beside the one that only the schema linter sees', () => {
  const lockfile: Lockfile = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  const copies = Object.entries(lockfile.packages).filter(([path]) => /(^|\/)node_modules\/graphql$/.test(path));
  expect(copies.map(([path, { dev = false }]) => ({ path, dev }))).toEqual([
    { path: 'node_modules/graphql', dev: false },
    { path: 'test/conformance/schema-linter/node_modules/graphql', dev: true },
  ]);
});

type Lockfile = { packages: Record<string, { dev?: boolean }> };
