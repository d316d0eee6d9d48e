import { demo } from '../../emulator/demo.ts';
import type { SoakKind } from './kind.ts';

/** A selection of a contact that stays in the response cache, so that most executions need no upstream call. */
const contact = `contact(by: {cid: "${demo.contactId}"})`;

const fields = 'firstName lastName email phone zipCode country gender createdAt modifiedAt username'.split(' ');

/** Kinds of documents; the text of each document contains its index, so no two are equal. */
export const documentKinds: readonly SoakKind[] = [
  documents('syntax error', (index) => `{ n${index} `),
  documents('unknown field', (index) => `{ n${index} }`),
  documents('wrong value', (index) => `{ contacts(first: "n${index}") { nodes { id } } }`),
  documents(
    'overlapping fields',
    (index) => `{ ${contact} { n${index}: firstName n${index}: lastName n${index}: email } }`,
  ),
  documents('valid and short', (index) => `{ a${index}: ${contact} { firstName } }`),
  documents('valid and long', (index) => `{ ${contact} { ${repeat(500, (n) => `a${index}_${n}: ${field(n)}`)} } }`),
  documents('aliases', (index) => `{ ${repeat(400, (n) => `a${n}: node(id: [${index}]) { id }`)} }`),
  documents('fragments', (index) => {
    const fragments = repeat(100, (n) => `fragment f${index}_${n} on Query { __typename ...f${index}_${n + 1} }`);
    return `{ ...f${index}_0 } ${fragments} fragment f${index}_100 on Query { __typename }`;
  }),
  documents('operation names', (index) => `query N${index} { ${contact} { firstName } }`),
];

function documents(name: string, documentOf: (index: number) => string): SoakKind {
  return { name, make: (index) => ({ body: JSON.stringify({ query: documentOf(index) }) }) };
}

function repeat(count: number, part: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => part(n)).join(' ');
}

function field(n: number): string {
  return fields[n % fields.length] as string;
}
