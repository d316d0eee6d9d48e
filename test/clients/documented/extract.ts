// Writes the examples of docs/clients.md into modules, so that tsc and the tests run what the page says: `npm run test:clients`.
// Each section becomes the module __generated__/<title>.ts, with its examples in TypeScript that export something.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const sections = [
  'Apollo Client',
  'urql with Graphcache',
  'Relay',
  'Answers in parts',
  'Calls left',
  'Retries',
  'Batches',
  'GET',
];

const page = readFileSync(new URL('../../../docs/clients.md', import.meta.url), 'utf8');
const folder = new URL('./__generated__/', import.meta.url);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const title of sections) {
  const text = page.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? '';
  const examples = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, example = '']) => example);
  const module = examples.filter((example) => /^export /m.test(example)).join('\n');
  if (module === '')
    throw new Error(`The section "${title}" of docs/clients.md has no example that exports something.`);
  writeFileSync(new URL(`${title.toLowerCase().replaceAll(' ', '-')}.ts`, folder), module);
}
