// The worker thread of `packAssets`: it posts the names of the files of GraphiQL's package, compresses the files, posts them, and ends.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { css, editorWorkerService, graphqlWorker, js, jsonWorker } from '@graphql-yoga/render-graphiql/graphiql';
import type { Asset, AssetFile, AssetName } from './assets.ts';

// Quality 6 takes a quarter of a second for all files; 11 takes 15 seconds, and saves a tenth of the bytes.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };

/** The modules that the page imports itself. */
const pageModules: Readonly<Record<string, AssetName>> = {
  'accessibility.js': 'accessibility',
  'main.js': 'explainPlugin',
};

/** A file before it is compressed. */
type Source = AssetFile & { readonly text: string };

const sources = [
  source('script', withFurtherPlugins(js)),
  source('style', css),
  source('editorWorker', editorWorkerService),
  source('jsonWorker', jsonWorker),
  source('graphqlWorker', graphqlWorker),
  ...moduleSources(new URL('browser/', import.meta.url)),
];
parentPort?.postMessage(sources.map(({ text: _, ...file }) => file));
parentPort?.postMessage(sources.map(compress));

/**
 * Yoga's page takes plugins only in the place of its own one, the explorer. So the list in its script is extended.
 *
 * @throws {Error} if another version of the script has no such list
 */
function withFurtherPlugins(script: string): string {
  const [list, ...others] = script.match(/\bplugins:\[\w+\](?=,)/g) ?? [];
  if (list === undefined || others.length > 0)
    throw new Error('The script of GraphiQL has no list of plugins to extend.');
  return script.replace(list, `${list.slice(0, -1)},...globalThis.graphiqlPlugins]`);
}

/** The modules of a folder, which import each other by their names, so that one hash is the name of their folder. */
function moduleSources(folder: URL): Source[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const texts = names.map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const hash = hashOf(texts.join('\n'));
  return names.map((name, index) => ({
    ...source(pageModules[name] ?? 'module', texts[index] ?? ''),
    file: `${hash}/${name}`,
  }));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

function source(name: AssetName, text: string): Source {
  const [extension, type] = name === 'style' ? ['css', 'text/css'] : ['js', 'text/javascript'];
  const hash = hashOf(text);
  return { name, file: `${hash}.${extension}`, type: `${type}; charset=utf-8`, hash, text };
}

function compress({ text, ...file }: Source): Asset {
  return { ...file, br: brotliCompressSync(text, BROTLI), gzip: gzipSync(text) };
}
