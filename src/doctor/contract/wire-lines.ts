import { existsSync, readFileSync } from 'node:fs';
import * as wire from '../../upstream/wire/index.ts';

const folder = 'src/upstream/wire';
const files = ['bodies', 'calls', 'envelope', 'organization', 'rows', 'statuses', 'values'].map((name) => `${name}.ts`);

/** The lines of one declaration in a file, and the number of the first of them. */
type Section = { readonly file: string; readonly first: number; readonly lines: readonly string[] };

let sections: ReadonlyMap<string, Section> | undefined;

/**
 * Returns where the wire contract has a name, like `src/upstream/wire/rows.ts:42`. The numbers are counted in the sources,
 * which the package contains for this; without them the answer has no number.
 *
 * @param object the exported object, and the object in it if there is one, like `contactBlock.metrics`
 * @param name our name in the object, or the wire's
 */
export function wireLine(object: string, name?: string): string {
  sections ??= readSections();
  const [constant = '', ...inner] = object.split('.');
  const key = name === undefined ? undefined : keyOf(object, name);
  const section = sections.get(constant);
  const line = section && findLine(section, [...inner, ...(key === undefined ? [] : [key])]);
  return line ?? `${folder} (${[object, ...(key === undefined ? [] : [key])].join('.')})`;
}

/** Returns the names of the wire by ours that an object of the wire contract has. */
export function wireNames(object: string): Readonly<Record<string, unknown>> {
  const [constant = '', ...inner] = object.split('.');
  let value: unknown = (wire as Readonly<Record<string, unknown>>)[constant];
  for (const key of inner) value = (Object(value) as Record<string, unknown>)[key];
  return Object(value); // Object() returns an object for any value
}

/** Returns our name of a wire's name in an object of the wire contract. */
export function keyOf(object: string, name: string): string {
  return Object.entries(wireNames(object)).find(([, value]) => value === name)?.[0] ?? name;
}

function findLine(section: Section, keys: readonly string[]): string | undefined {
  const { file, first, lines } = section;
  const [key, ...inner] = keys;
  if (key === undefined) return `${folder}/${file}:${first}`;
  const pattern = new RegExp(`(?:^|[{\\s])${key}[:(]`);
  const index = lines.findIndex((line) => pattern.test(line.replace(/\/\/.*$/, '')));
  if (index >= 0) {
    const constant = sections?.get(new RegExp(`\\b${key}: (\\w+),`).exec(lines[index] ?? '')?.[1] ?? '');
    return findLine(constant ?? { file, first: first + index, lines: lines.slice(index) }, inner);
  }
  for (const [, spread = ''] of lines.join('\n').matchAll(/\.\.\.(\w+)/g)) {
    const other = sections?.get(spread);
    const found = other && findLine(other, keys);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads the declarations of the wire files: from each `const` to the line before the next declaration. */
function readSections(): Map<string, Section> {
  const found = new Map<string, Section>();
  const root = packageRoot();
  if (root === undefined) return found;
  for (const file of files) {
    const lines = readFileSync(new URL(`${folder}/${file}`, root), 'utf8').split('\n');
    const starts = lines.flatMap((line, index) => (/^(?:export )?(?:const|function) \w/.test(line) ? [index] : []));
    for (const start of starts) {
      const name = /(?:const|function) (\w+)/.exec(lines[start] ?? '')?.[1] ?? '';
      const length = /[;]$/.test(lines[start] ?? '') ? 1 : lines.slice(start).findIndex((line) => /^[)}\]]/.test(line));
      found.set(name, { file, first: start + 1, lines: lines.slice(start, start + Math.max(1, length)) });
    }
  }
  return found;
}

/** The folder of the package, which has the sources of the wire contract. */
function packageRoot(): URL | undefined {
  const candidates = ['../../../', '../../../../'].map((path) => new URL(path, import.meta.url));
  return candidates.find((root) => files.every((file) => existsSync(new URL(`${folder}/${file}`, root))));
}
