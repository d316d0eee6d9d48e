import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');

/** The TypeScript type of each scalar, by its name, from the table of docs/clients.md: what the tests prove, the page promises. */
export const scalars: Readonly<Record<string, string>> = Object.fromEntries(
  [...page.matchAll(/^\| `(\w+)` \| `(.+?)` \|/gm)].map(([, name = '', type = '']) => [name, type]),
);
