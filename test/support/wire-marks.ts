import { globSync, readFileSync } from 'node:fs';
import * as wire from '../../src/upstream/wire/index.ts';

/** Where a name of the wire contract comes from: `doc`, `sdk` or `assumed`; undefined for a name without a mark. */
export type Mark = string | undefined;

/** A name of the wire contract: the object that has it, like `contactBlock.metrics`, the name on the wire, and its mark. */
export type WireName = { readonly object: string; readonly name: string; readonly mark: Mark };

type Declaration = { readonly mark: Mark; readonly lines: readonly string[] };

const folder = new URL('../../src/upstream/wire/', import.meta.url).pathname;
const declarations = new Map(globSync('*.ts', { cwd: folder }).flatMap((file) => readDeclarations(folder + file)));

/**
 * Returns every value that the wire contract exports, with its mark. The values are those of the modules, and the marks
 * those of the comments: the first mark of the comment on the same line, or else of the last comment above it that stands on
 * a line of its own in the same object, or else of the comment on the constant.
 */
export function readWireNames(): WireName[] {
  return Object.entries(wire).flatMap(([name, value]) => {
    const { mark, lines = [] } = declarations.get(name) ?? { mark: undefined };
    return namesOf(name, value, mark, lines);
  });
}

function namesOf(object: string, value: unknown, mark: Mark, lines: readonly string[]): WireName[] {
  if (!isObject(value)) return [{ object, name: textOf(value), mark }];
  return entriesOf(value).flatMap(([key, inner]) => {
    const entry = findEntry(key, lines, mark);
    if (isObject(inner)) return namesOf(`${object}.${key}`, inner, entry.mark, entry.lines);
    return [{ object, name: textOf(inner), mark: entry.mark }];
  });
}

/** Finds an entry by its key, or by its text in a list, in the lines of an object. Spread objects have marks of their own. */
function findEntry(key: string, lines: readonly string[], inherited: Mark): Declaration {
  const indentation = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0] ?? '';
  let section = inherited;
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith(indentation) || line.startsWith(`${indentation} `)) continue;
    const text = line.slice(indentation.length);
    const spread = /^\.\.\.(\w+),/.exec(text)?.[1];
    const spreadLines = declarations.get(spread ?? '');
    if (text.startsWith('// ')) section = markOf(text) ?? section;
    else if (spreadLines !== undefined) {
      const found = findEntry(key, spreadLines.lines, spreadLines.mark);
      if (found.lines.length > 0) return found;
    } else if ([`${key}:`, `'${key}'`, `['${key}'`].some((start) => text.startsWith(start))) {
      const inner = lines.slice(index + 1);
      const end = inner.findIndex((other) => !other.startsWith(`${indentation} `));
      const own = [line, ...inner.slice(0, end < 0 ? inner.length : end)];
      const isBlock = /[{[]$/.test(text.replace(/ *\/\/.*$/, ''));
      return { mark: markOf(isBlock ? line : own.join('\n')) ?? section, lines: isBlock ? own.slice(1) : [line] };
    }
  }
  return { mark: inherited, lines: [] };
}

/** The constants and functions at the top of a file, each with the mark of its comment and the lines between its brackets. */
function readDeclarations(file: string): [name: string, Declaration][] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^(?:export )?(?:const|function) (\w+)(.*)\n?((?: .*\n|\n(?= ))*)/gm;
  return [...text.matchAll(pattern)].map(([, comment, name = '', rest, body = '']) => [
    name,
    { mark: markOf(`// ${rest}`.match(/\/\/ [^/]*$/)?.[0] ?? '') ?? markOf(comment ?? ''), lines: body.split('\n') },
  ]);
}

function markOf(text: string): Mark {
  return /(?:\/\/|^\/\*\*)[\s\S]*?\[(doc|sdk|assumed)\]/.exec(text)?.[1];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function entriesOf(value: object): [key: string, value: unknown][] {
  if (value instanceof Map) return [...value.keys()].map((key) => [key, key]);
  return Array.isArray(value) ? value.map((text) => [text, text]) : Object.entries(value);
}

/** The text of a name; that of a function has `{}` for each parameter. */
function textOf(value: unknown): string {
  if (typeof value !== 'function') return String(value);
  const parameters = Array.from({ length: value.length }, () => '{}');
  return decodeURIComponent(Reflect.apply(value, undefined, parameters));
}
