import { expect, test } from 'vitest';
import { idPattern } from '../../../src/id.ts';
import { path } from '../../../src/upstream/wire/index.ts';

test('no word of a path is an id, in any case, so that an id in its place cannot lead to another call', () => {
  const paths = Object.values(path).map((of) => (typeof of === 'string' ? of : of('{a}', '{b}', '{c}')));
  const words = new Set(paths.flatMap((text) => text.split('/')).filter((word) => /^\w+$/.test(word)));
  expect(words.size).toBeGreaterThan(15);
  for (const word of words) {
    expect([word, idPattern.test(word)]).toEqual([word, false]);
    expect([word, idPattern.test(word.toUpperCase())]).toEqual([word, false]);
  }
});

test('a text that only contains such a word is an id', () => {
  for (const id of ['tokens-1', 'my_events', 'vtokens', 'token5']) expect(idPattern.test(id)).toBe(true);
});
