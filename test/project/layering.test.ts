import { describe, expect, test } from 'vitest';
import { lintPlanted } from './lint-planted.ts';

const layering = 'lint/style/noRestrictedImports';
const processRule = 'lint/correctness/noProcessGlobal';

/** The folders of the upstream from the top layer down. Each may import only those below it. */
const folders = [
  'pagination',
  'write-log',
  'endpoints',
  'operation',
  'credential',
  'cache',
  'resilience',
  'client',
  'decode',
  'wire',
];
const upward = folders.slice(1).map((lower, index) => [lower, folders[index]] as const);

/** Planted violations: the layer, what it must not do, the folder, the source, and the rule that refuses it. */
const violations = [
  ['tracing', 'import the upstream', 'src/tracing', `export * from '../upstream/client/client.ts';`],
  ['the schema', 'import the upstream', 'src/schema', `export * from '../upstream/client/client.ts';`],
  [
    'the schema',
    'import even a type of the upstream',
    'src/schema',
    `export type { A } from '../upstream/client/client.ts';`,
  ],
  ['the schema', 'import auth', 'src/schema', `export * from '../auth/caller.ts';`],
  ['the schema', 'import a plugin', 'src/schema', `export * from '../plugins/limits.ts';`],
  ['the schema', 'import the gateway', 'src/schema', `export * from '../gateway.ts';`],
  [
    'the schema',
    'import the file that builds the context',
    'src/schema',
    `export { createContext } from '../operation/operation.ts';`,
  ],
  ['metrics', 'import a resolver', 'src/metrics', `export * from '../resolvers/contact.ts';`],
  ['metrics', 'import the gateway', 'src/metrics', `export * from '../gateway.ts';`],
  ['a resolver', 'import graphql', 'src/resolvers', `export * from 'graphql';`],
  ['a resolver', 'import Pothos', 'src/resolvers', `export * from '@pothos/core';`],
  ['a resolver', 'import Yoga', 'src/resolvers', `export * from 'graphql-yoga';`],
  ['a resolver', 'import undici', 'src/resolvers', `export * from 'undici';`],
  ['a resolver', 'import undici dynamically', 'src/resolvers', `export const late = import('undici');`],
  ['a resolver', 'import the schema', 'src/resolvers', `export * from '../schema/contact.ts';`],
  ['a resolver', 'import the schema by an indirect path', 'src/resolvers', `export * from './../schema/contact.ts';`],
  ['a resolver', 'import the upstream', 'src/resolvers', `export * from '../upstream/client/client.ts';`],
  ['a resolver', 'import auth', 'src/resolvers', `export * from '../auth/caller.ts';`],
  ['a resolver', 'import a plugin', 'src/resolvers', `export * from '../plugins/limits.ts';`],
  [
    'a resolver',
    'import the file that builds the context',
    'src/resolvers',
    `export { createContext } from '../operation/operation.ts';`,
  ],
  ['the upstream', 'import graphql', 'src/upstream', `export * from 'graphql';`],
  ['the upstream', 'import a file inside graphql', 'src/upstream', `export * from 'graphql/error/index.js';`],
  ['the upstream', 'import Pothos', 'src/upstream', `export * from '@pothos/core';`],
  ['the upstream', 'import Yoga', 'src/upstream', `export * from 'graphql-yoga';`],
  ['the upstream', 'import a plugin of Yoga', 'src/upstream', `export * from '@graphql-yoga/plugin-csrf-prevention';`],
  ['the upstream', 'import the schema', 'src/upstream', `export * from '../schema/contact.ts';`],
  ['the upstream', 'import a resolver', 'src/upstream', `export * from '../resolvers/contact.ts';`],
  ['the upstream', 'import a plugin', 'src/upstream', `export * from '../plugins/limits.ts';`],
  ['the upstream', 'import the gateway', 'src/upstream', `export * from '../gateway.ts';`],
  ['the upstream', 'import the context', 'src/upstream', `export type { Context } from '../context.ts';`],
  ['the upstream', 'import auth', 'src/upstream', `export * from '../auth/caller.ts';`],
  ['the upstream', 'import auth by an indirect path', 'src/upstream', `export * from './../auth/caller.ts';`],
  ['a resilience policy', 'import graphql', 'src/upstream/resilience', `export * from 'graphql';`],
  ['a resilience policy', 'import an endpoint', 'src/upstream/resilience', `export * from '../endpoints/contact.ts';`],
  ['a resilience policy', 'import auth', 'src/upstream/resilience', `export * from '../../auth/caller.ts';`],
  ['auth', 'import the schema', 'src/auth', `export * from '../schema/contact.ts';`],
  ['auth', 'import a resolver', 'src/auth', `export * from '../resolvers/contact.ts';`],
  ['auth', 'import a plugin', 'src/auth', `export * from '../plugins/limits.ts';`],
  ['auth', 'import graphql', 'src/auth', `export * from 'graphql';`],
  ['a budget of calls', 'import graphql', 'src/call-budget', `export * from 'graphql';`],
  ['a budget of calls', 'import the upstream', 'src/call-budget', `export * from '../upstream/loaders.ts';`],
  ['the primary process', 'import the gateway', 'src/cluster', `export * from '../gateway.ts';`],
  ['the primary process', 'call the upstream', 'src/cluster', `export * from 'undici';`],
  ['a plugin', 'import the schema', 'src/plugins', `export * from '../schema/index.ts';`],
  ['a plugin', 'import a resolver', 'src/plugins', `export * from '../resolvers/contact.ts';`],
  ['a folder of a plugin', 'import the schema', 'src/plugins/graphiql', `export * from '../../schema/index.ts';`],
  ['the HTTP layer', 'import the schema', 'src/http', `export * from '../schema/index.ts';`],
  ['the HTTP layer', 'import auth', 'src/http', `export * from '../auth/caller.ts';`],
  [
    'the HTTP layer',
    'import the file that builds the gateway',
    'src/http',
    `export { createGateway } from '../gateway.ts';`,
  ],
  ['a shared module', 'import the emulator', 'src', `export * from '../emulator/emulator.ts';`],
  [
    'a shared module',
    'import the emulator dynamically',
    'src',
    `export const late = import('../emulator/emulator.ts');`,
  ],
  ['a shared module', 'import the schema', 'src', `export * from './schema/index.ts';`],
  ['a command', 'import a resolver', 'src/cli', `export * from '../resolvers/contact.ts';`],
  ['a command', 'read the environment', 'src/cli', 'export const { env } = process;', processRule],
  ['the gateway', 'import the emulator', 'src/gateway.ts', `export * from '../emulator/emulator.ts';`],
  ['the warm-up', 'import the upstream', 'src/warm-up.ts', `export * from './upstream/client/client.ts';`],
  ['a mode', 'import a plugin', 'src/modes/demo.ts', `export * from '../plugins/limits.ts';`],
  ['the emulator', 'import the gateway', 'emulator', `export * from '../src/gateway.ts';`],
  ['the emulator', 'import the client that it tests', 'emulator', `export * from '../src/upstream/client/client.ts';`],
  ['a folder of the emulator', 'import a model', 'emulator/endpoints', `export * from '../../src/model.ts';`],
  ['a resolver', 'read the environment', 'src/resolvers', 'export const { env } = process;', processRule],
  ['the configuration', 'read the environment', 'src/config', 'export const { env } = process;', processRule],
  ['the emulator', 'read the environment', 'emulator', 'export const { env } = process;', processRule],
  ['the upstream', 'import the process', 'src/upstream', `export * from 'node:process';`],
  ['a plugin', 'import the process', 'src/plugins', `export * from 'node:process';`],
  ...upward.map(
    ([lower, upper]) =>
      [
        `upstream/${lower}`,
        `import ${upper}`,
        `src/upstream/${lower}`,
        `export * from '../${upper}/right.ts';`,
      ] as const,
  ),
  ['upstream/resilience', 'import the cache', 'src/upstream/resilience', `export * from '../cache/cache.ts';`],
  ['the cache', 'import resilience', 'src/upstream/cache', `export * from '../resilience/retry.ts';`],
  ['a folder of the upstream', 'import the loaders', 'src/upstream/pagination', `export * from '../loaders.ts';`],
  ['a folder of the upstream', 'import auth', 'src/upstream/client', `export * from '../../auth/caller.ts';`],
  ['stored documents', 'import a plugin', 'src/documents', `export * from '../plugins/limits.ts';`],
  ['stored documents', 'import a caller', 'src/documents', `export * from '../auth/caller.ts';`],
  ['the execution', 'import Yoga', 'src/execution', `export * from 'graphql-yoga';`],
  ['the execution', 'import the schema', 'src/execution', `export * from '../schema/index.ts';`],
  ['a plugin', 'import HTTP', 'src/plugins', `export * from '../http/fast-path.ts';`],
  ['encryption', 'import the upstream', 'src/crypto', `export * from '../upstream/client/client.ts';`],
  ['the idempotency', 'import the upstream', 'src/idempotency', `export * from '../upstream/client/client.ts';`],
  ['the contract check', 'import the gateway', 'src/doctor/checks', `export * from '../../gateway.ts';`],
  ['the contract check', 'import HTTP', 'src/doctor', `export * from '../http/fast-path.ts';`],
  ['the contract check', 'read the environment', 'src/doctor', 'export const { env } = process;', processRule],
  ['the configuration', 'import the gateway', 'src/config', `export * from '../gateway.ts';`],
] as const;

/** Similar code that is allowed: the file and its source. */
const legitimate = [
  ['src/schema/right.ts', `export * from '../resolvers/contact.ts';\nexport type { Context } from '../context.ts';`],
  ['src/schema/graph.ts', `export * from '@pothos/core';\nexport * from 'graphql';\nexport * from '../model.ts';`],
  ['src/resolvers/right.ts', `export * from '../errors.ts';\nexport * from '../id.ts';\nexport * from '../model.ts';`],
  ['src/resolvers/context.ts', `export * from './connection.ts';\nexport type { Context } from '../context.ts';`],
  ['src/upstream/right.ts', `export * from '../errors.ts';\nexport * from './endpoints/contact.ts';`],
  ['src/upstream/client/right.ts', `export * from 'undici';\nexport * from '../decode/json.ts';`],
  ['src/upstream/resilience/right.ts', `export * from '../client/client.ts';\nexport * from '../../errors.ts';`],
  ['src/auth/right.ts', `export * from '../upstream/credential/credential.ts';\nexport * from '../crypto/secret.ts';`],
  ['src/plugins/right.ts', `export * from 'graphql';\nexport * from '../context.ts';`],
  ['src/http/right.ts', `export * from '../plugins/document-cache.ts';\nexport * from '../plugins/limits.ts';`],
  ['src/main.ts', `export * from '../emulator/emulator.ts';\nexport const { env } = process;`],
  ['emulator/endpoints/right.ts', `export * from '../../src/upstream/wire/index.ts';`],
  ['src/cli/main.ts', `export * from '../start.ts';\nexport const { argv } = process;`],
  ['src/cli/right.ts', `export * from '../config/config.ts';\nexport * from 'graphql';`],
] as const;

const cycle = [
  ['src/upstream/here.ts', `import { there } from './there.ts';\n\nexport const here = () => there;`],
  ['src/upstream/there.ts', `import { here } from './here.ts';\n\nexport const there = () => here;`],
] as const;

const planted = violations.map(([who, what, where, source, rule = layering], n) => ({
  what: `${who} cannot ${what}`,
  file: where.endsWith('.ts') ? where : `${where}/planted-${n}.ts`,
  source,
  rule,
}));

describe('the lint rules enforce the layers', () => {
  const violated = planted.map(({ file, source }): [string, string] => [file, source]);
  const broken = lintPlanted(
    new Map([...violated, ...legitimate, ...cycle].map(([file, source]) => [file, `${source}\n`])),
  );

  test.each(planted)('the lint rules report that $what', ({ file, rule }) => {
    expect(broken.get(file)).toEqual([rule]);
  });

  test.each(legitimate)('the lint rules allow the imports of %s', (file) => {
    expect(broken.get(file)).toEqual([]);
  });

  test('the lint rules refuse a cycle of imports', () => {
    for (const [file] of cycle) expect(broken.get(file)).toEqual(['lint/suspicious/noImportCycles']);
  });
});
