// Each name of the wire contract has a line in its sources, which the contract check tells where something differs.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wireLine } from '../../src/doctor/contract/wire-lines.ts';
import * as wire from '../../src/upstream/wire/index.ts';

const names = Object.entries(wire).flatMap(([name, value]) => namesOf(name, value));

describe('the line of a name', () => {
  test('is known for every object of the wire contract', () => {
    expect(names.length).toBeGreaterThan(300);
  });

  test.each(names)('of $object has $key', ({ object, key }) => {
    const [, file = '', line = '0'] = /^(src\/upstream\/wire\/\w+\.ts):(\d+)$/.exec(wireLine(object, key)) ?? [];
    const lines = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split('\n');
    expect(lines[Number(line) - 1]).toMatch(new RegExp(`\\b${key}[:(]|\\b${object}\\b`));
  });
});

/** The names of an object and of the objects in it; a list, a map and a function are one name. */
function namesOf(object: string, value: unknown): { object: string; key: string | undefined }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) {
    return [{ object, key: undefined }];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const isObject = typeof inner === 'object' && !Array.isArray(inner);
    return isObject ? namesOf(`${object}.${key}`, inner) : [{ object, key }];
  });
}
