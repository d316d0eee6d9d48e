import { describe, expect, test } from 'vitest';
import { filesInCycles, importGraph, readSources, upwardImports } from './import-graph.ts';

/** The layers of `src`, from the top down: a file may import files of its own folder and of lower layers. */
const layers = [
  ['main.ts'],
  ['warm-up.ts'],
  ['modes'],
  ['gateway.ts'],
  ['http'],
  ['plugins'],
  ['execution', 'schema'],
  ['resolvers'],
  ['operation'],
  ['context.ts'],
  ['stores.ts'],
  ['idempotency'],
  ['model.ts'],
  ['config'],
  ['auth'],
  ['upstream/resilience-stack.ts', 'upstream/loaders.ts', 'upstream/contact-writes.ts'],
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
  ['log.ts'],
  ['valkey'],
  ['crypto', 'async', 'http-message'],
  ['code-generation.ts', 'id.ts', 'values'],
  ['errors.ts'],
];

const sources = readSources();

/** The sources with the lines of a violation added to some of their files. */
const withLines = (lines: Readonly<Record<string, string>>) =>
  importGraph(new Map([...sources].map(([file, text]) => [file, `${lines[file] ?? ''}\n${text}`])));

describe('the imports of the gateway', () => {
  test('contain no cycle of files, also where an import is of types only', () => {
    expect(filesInCycles(importGraph(sources))).toEqual([]);
  });

  test('lead from higher layers to lower ones only', () => {
    expect(upwardImports(importGraph(sources), layers)).toEqual([]);
  });

  test('would be refused with a cycle that only an import of a type closes', () => {
    const planted = withLines({ 'errors.ts': `import type { idPattern } from './id.ts';` });
    expect(filesInCycles(planted)).toEqual(['errors.ts', 'id.ts']);
  });

  test('would be refused with an import of a type from a higher layer', () => {
    const planted = withLines({ 'upstream/wire/calls.ts': `import type { Config } from '../../config/config.ts';` });
    expect(upwardImports(planted, layers)).toContain('upstream/wire/calls.ts → config/config.ts');
  });
});

describe('the files of the gateway', () => {
  const inFolder = (folder: string) =>
    [...sources.keys()].filter((file) => file.startsWith(folder) && !file.slice(folder.length).includes('/'));

  test('are at most eleven in src and four in src/upstream, beside the folders', () => {
    expect(inFolder('').length).toBeLessThanOrEqual(11);
    expect(inFolder('upstream/').length).toBeLessThanOrEqual(4);
  });

  test('have at most 200 lines, and half of them at most 70', () => {
    const lengths = [...sources.values()].map((text) => text.split('\n').length - 1).sort((a, b) => a - b);
    expect(lengths.at(-1)).toBeLessThanOrEqual(200);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(70);
  });
});
