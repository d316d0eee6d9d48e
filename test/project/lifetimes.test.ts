import { describe, expect, test } from 'vitest';
import { lintPlanted } from './lint-planted.ts';

/** Violations: the description, the file and its source. */
const violations = [
  ['a function assigned to a property', 'src/a.ts', 'export const e = (x: { f?: () => void }) => { x.f = () => {}; };'],
  [
    'a function assigned to a computed key',
    'src/b.ts',
    `export const e = (x: { f?: object }, key: 'f') => { x[key] = async () => 1; };`,
  ],
  [
    'a function expression assigned to a property',
    'src/c.ts',
    'export const e = (x: { f?: () => void }) => { x.f = function f() {}; };',
  ],
  ['a function assigned with ??=', 'src/d.ts', 'export const e = (x: { f?: () => void }) => { x.f ??= () => {}; };'],
  [
    'a function assigned in a constructor',
    'src/e.ts',
    'export class E { f: () => E; constructor() { this.f = () => this; } }',
  ],
  [
    'a function assigned to a private field',
    'src/f.ts',
    'export class E { #f; constructor() { this.#f = () => this; } g() { return this.#f(); } }',
  ],
  ['a getter of an object literal', 'src/g.ts', 'export const e = () => ({ get x() { return 1; } });'],
] as const;

/** Similar code that is allowed: the description, the file and its source. */
const legitimate = [
  ['a field of a class', 'src/r.ts', 'export class E { #f = () => this; g() { return this.#f(); } }'],
  [
    'a function and a method of an object literal',
    'src/s.ts',
    'export const e = () => ({ f: () => 1, g() { return 2; } });',
  ],
  ['an assigned constant', 'src/t.ts', 'export const e = (x: { f?: object }) => { const f = () => x; x.f = f; };'],
  [
    'a function in a variable',
    'src/u.ts',
    'export function e(is: boolean) { let f = () => 1; if (is) f = () => 2; return f; }',
  ],
  ['a getter of a class', 'src/v.ts', 'export class E { get x() { return 1; } }'],
  [
    'a function in a file of the schema, which is built once',
    'src/schema/w.ts',
    'export const e = (x: { f?: () => void }) => { x.f = () => {}; };',
  ],
  [
    'a getter in a file of resilience, which is created once',
    'src/upstream/resilience/x.ts',
    'export const e = () => ({ get x() { return 1; } });',
  ],
] as const;

describe('the lint rules refuse code that would keep operations in memory', () => {
  const broken = lintPlanted(new Map([...violations, ...legitimate].map(([, file, source]) => [file, `${source}\n`])));

  test.each(violations)('the lint rules refuse %s', (_, file) => {
    expect(broken.get(file)).toEqual(['plugin']);
  });

  test.each(legitimate)('the lint rules allow %s', (_, file) => {
    expect(broken.get(file)).toEqual([]);
  });
});
