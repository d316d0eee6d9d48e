import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files below `src`, each with the files below `src` that it imports, type-only imports included. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** `from './x.ts'`, `import './x.ts'` and `import('./x.ts')`. */
const specifiers = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)'(\.[^']+)'/g;

const root = join(dirname(fileURLToPath(import.meta.url)), '../../src');

/** Reads the sources of the gateway: their texts by their paths below `src`. */
export function readSources(): ReadonlyMap<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')]));
}

/** Builds the import graph. `sources` has the texts of the files by their paths below `src`. */
export function importGraph(sources: ReadonlyMap<string, string>): ImportGraph {
  return new Map(
    [...sources].map(([file, text]) => {
      const targets = [...text.matchAll(specifiers)].map(([, target = '']) => posix.join(posix.dirname(file), target));
      return [file, [...new Set(targets)].filter((target) => sources.has(target))];
    }),
  );
}

/** Finds the files that are part of an import cycle, sorted by path. */
export function filesInCycles(graph: ImportGraph): string[] {
  return [...graph.keys()].filter((file) => reaches(graph, file, file)).sort();
}

function reaches(graph: ImportGraph, from: string, to: string): boolean {
  const visited = new Set<string>();
  const pending = [...(graph.get(from) ?? [])];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (file === to) return true;
    if (visited.has(file)) continue;
    visited.add(file);
    pending.push(...(graph.get(file) ?? []));
  }
  return false;
}

/**
 * Finds the imports that lead from one layer to the same one or to a higher one, unless within one folder.
 *
 * @param layers folders and files below `src`, from the top down; those of one entry must not import each other
 * @returns `importing file → imported file`
 */
export function upwardImports(graph: ImportGraph, layers: readonly (readonly string[])[]): string[] {
  const place = (file: string) => {
    const level = layers.findIndex((names) => names.some((name) => file === name || file.startsWith(`${name}/`)));
    const name = layers[level]?.find((name) => file === name || file.startsWith(`${name}/`));
    if (name === undefined) throw new Error(`src/${file} is in no layer.`);
    return { level, name };
  };
  return [...graph].flatMap(([file, targets]) => {
    const from = place(file);
    return targets.flatMap((target) => {
      const to = place(target);
      return from.name !== to.name && to.level <= from.level ? [`${file} → ${target}`] : [];
    });
  });
}
