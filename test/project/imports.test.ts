import { describe, expect, test } from 'vitest';
import { filesInCycles, importGraph, readSources, upwardImports } from './import-graph.ts';

/** The layers of `src`, from the top down: a file may import files of its own folder and of lower layers. */
const layers = [
  ['cli'],
  ['main.ts'],
  ['start.ts'],
  ['cluster'],
  ['warm-up.ts'],
  ['doctor'],
  ['modes'],
  ['gateway.ts'],
  ['gateway'],
  ['metrics'],
  ['http'],
  ['plugins'],
  ['cost'],
  ['documents'],
  ['execution', 'schema'],
  ['resolvers'],
  ['operation'],
  ['context.ts'],
  ['stores.ts'],
  ['idempotency'],
  ['model.ts'],
  ['config'],
  ['call-budget'],
  ['attempts'],
  ['auth'],
  [
    'upstream/resilience-stack.ts',
    'upstream/loaders.ts',
    'upstream/contact-writes.ts',
    'upstream/contact-existence.ts',
  ],
  ['upstream/pagination'],
  ['upstream/write-log'],
  ['upstream/endpoints'],
  ['upstream/operation'],
  ['upstream/credential'],
  ['upstream/cache'],
  ['upstream/resilience'],
  ['upstream/client'],
  ['upstream/decode'],
  ['upstream/wire'],
  ['tracing'],
  ['log.ts'],
  ['valkey'],
  ['crypto', 'async', 'http-message'],
  ['code-generation.ts', 'id.ts'],
  ['errors.ts'],
  ['values'],
];

const sources = readSources();

/** Builds the import graph of the sources with planted lines in some files. */
const withLines = (lines: Readonly<Record<string, string>>) =>
  importGraph(new Map([...sources].map(([file, text]) => [file, `${lines[file] ?? ''}\n${text}`])));

describe('the imports of the gateway follow the layers', () => {
  test('the imports of the gateway contain no cycle of files, type-only imports included', () => {
    expect(filesInCycles(importGraph(sources))).toEqual([]);
  });

  test('the imports of the gateway lead only from higher layers to lower ones', () => {
    expect(upwardImports(importGraph(sources), layers)).toEqual([]);
  });

  test('a planted cycle that is closed by a type-only import is found', () => {
    const planted = withLines({ 'errors.ts': `import type { Log } from './log.ts';` });
    expect(filesInCycles(planted)).toEqual(['errors.ts', 'log.ts']);
  });

  test('a planted type-only import from a higher layer is found', () => {
    const planted = withLines({ 'upstream/wire/calls.ts': `import type { Config } from '../../config/config.ts';` });
    expect(upwardImports(planted, layers)).toContain('upstream/wire/calls.ts → config/config.ts');
  });
});

describe('the files of the gateway are few and short', () => {
  const inFolder = (folder: string) =>
    [...sources.keys()].filter((file) => file.startsWith(folder) && !file.slice(folder.length).includes('/'));

  test('src has at most twelve files of its own, and src/upstream at most four', () => {
    expect(inFolder('').length).toBeLessThanOrEqual(11);
    expect(inFolder('upstream/').length).toBeLessThanOrEqual(4);
  });

  test('a file of src has at most 200 lines, and half of the files have at most 70', () => {
    const lengths = [...sources.values()].map((text) => text.split('\n').length - 1).sort((a, b) => a - b);
    expect(lengths.at(-1)).toBeLessThanOrEqual(200);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(70);
  });
});
