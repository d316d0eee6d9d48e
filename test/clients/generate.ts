// Generates what the typed clients are compiled with, before tsc and the tests: `npm run test:clients`. Everything is written
// into folders that are named __generated__, which git ignores.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateOutput, generatePersisted, generateTurbo } from '@gql.tada/cli-utils';
import { generate } from '@graphql-codegen/cli';
import { scalars } from './scalars.ts';

const folder = import.meta.dirname;

/** Creates the empty folder __generated__ of a client. @returns its path */
function emptyFolder(client: string): string {
  const path = join(folder, client, '__generated__');
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  return path;
}

function compileRelay(): void {
  const artifacts = emptyFolder('relay');
  writeFileSync(join(artifacts, 'persisted.json'), '{}');
  const config = {
    src: '..',
    schema: '../../../../schema.graphql',
    artifactDirectory: '.',
    language: 'typescript',
    customScalarTypes: scalars,
    persistConfig: { file: 'persisted.json', algorithm: 'SHA256', include_query_text: true },
  };
  writeFileSync(join(artifacts, 'relay.config.json'), JSON.stringify(config));
  const compiler = join(folder, 'node_modules/.bin/relay-compiler');
  const { status } = spawnSync(compiler, ['--noWatchman'], { cwd: artifacts, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

async function runCodegen(): Promise<void> {
  const output = emptyFolder('codegen');
  await generate({
    cwd: folder,
    schema: join(folder, '../../schema.graphql'),
    documents: join(folder, 'codegen/*.ts'),
    generates: {
      [`${output}/`]: {
        preset: 'client',
        presetConfig: { persistedDocuments: true, fragmentMasking: { unmaskFunctionName: 'getFragmentData' } },
        config: { strictScalars: true, scalars, useTypeImports: true, nullability: { errorHandlingClient: true } },
      },
    },
  });
}

async function runTada(): Promise<void> {
  const output = emptyFolder('tada');
  const fields = Object.entries(scalars).map(([name, type]) => `  ${name}: ${type};\n`);
  writeFileSync(join(output, 'scalars.ts'), `export type Scalars = {\n${fields.join('')}};\n`);
  const tsconfig = join(folder, 'tada/tsconfig.json');
  await generateOutput({ tsconfig, output: undefined });
  await generateTurbo({ tsconfig, output: undefined, failOnWarn: true });
  await generatePersisted({ tsconfig, output: undefined, failOnWarn: true });
}

compileRelay();
await runCodegen();
await runTada();
