import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../../docs/clients.md', import.meta.url), 'utf8');

/** Returns the example in GraphQL of docs/clients.md with this operation. @throws {Error} when there is none */
export function documentOf(operationName: string): string {
  const examples = [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const found = examples.find((text) => new RegExp(`\\b${operationName}\\b`).test(text));
  if (found === undefined) throw new Error(`docs/clients.md has no operation "${operationName}".`);
  return found;
}
