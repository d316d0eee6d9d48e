import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test('docs/errors.md describes every error code that a client can get, and no other', () => {
  const documented = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|.*\| (?:no|yes|depends) \|$/gm)].map(
    ([, code]) => code,
  );
  const declared = [
    ...['src/errors.ts', 'src/execution/error-limit.ts', 'src/documents/errors.ts']
      .map(read)
      .join('')
      .matchAll(/code = '([A-Z_]+)'/g),
  ].map(([, code]) => code);
  // Resolvers turn NOT_FOUND into null, and the client of CLIENT_GONE has disconnected. The error mask adds INTERNAL.
  const isPublic = (code: string | undefined) => code !== 'NOT_FOUND' && code !== 'CLIENT_GONE';
  expect(documented.toSorted()).toEqual([...new Set([...declared.filter(isPublic), 'INTERNAL'])].toSorted());
});
