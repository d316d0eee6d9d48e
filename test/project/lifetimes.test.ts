import { describe, expect, test } from 'vitest';
import { lintPlanted } from './lint-planted.ts';

/** [what, where, the line that does it] */
const violations = [
  ['a function assigned to a property', 'src/a.ts', 'export const e = (x: { f?: () => void }) => { x.f = () => {}; };'],
  ['one under a key', 'src/b.ts', `export const e = (x: { f?: object }, key: 'f') => { x[key] = async () => 1; };`],
  ['one of the old kind', 'src/c.ts', 'export const e = (x: { f?: () => void }) => { x.f = function f() {}; };'],
  ['one that is assigned once', 'src/d.ts', 'export const e = (x: { f?: () => void }) => { x.f ??= () => {}; };'],
  ['one in a constructor', 'src/e.ts', 'export class E { f: () => E; constructor() { this.f = () => this; } }'],
  [
    'a private one',
    'src/f.ts',
    'export class E { #f; constructor() { this.#f = () => this; } g() { return this.#f(); } }',
  ],
  ['a getter of a literal', 'src/g.ts', 'export const e = () => ({ get x() { return 1; } });'],
] as const;

/** What looks alike and is right: [what, where, source] */
const legitimate = [
  ['a field of a class', 'src/r.ts', 'export class E { #f = () => this; g() { return this.#f(); } }'],
  ["a literal's function and method", 'src/s.ts', 'export const e = () => ({ f: () => 1, g() { return 2; } });'],
  ['a constant, assigned', 'src/t.ts', 'export const e = (x: { f?: object }) => { const f = () => x; x.f = f; };'],
  ['a variable', 'src/u.ts', 'export function e(is: boolean) { let f = () => 1; if (is) f = () => 2; return f; }'],
  ['a getter of a class', 'src/v.ts', 'export class E { get x() { return 1; } }'],
  ['a schema, built once', 'src/schema/w.ts', 'export const e = (x: { f?: () => void }) => { x.f = () => {}; };'],
  ['a limit, made once', 'src/upstream/resilience/x.ts', 'export const e = () => ({ get x() { return 1; } });'],
] as const;

describe('the lint of CI, on what would keep operations in memory', () => {
  const broken = lintPlanted(new Map([...violations, ...legitimate].map(([, file, source]) => [file, `${source}\n`])));

  test.each(violations)('refuses %s', (_, file) => {
    expect(broken.get(file)).toEqual(['plugin']);
  });

  test.each(legitimate)('lets %s be', (_, file) => {
    expect(broken.get(file)).toEqual([]);
  });
});
