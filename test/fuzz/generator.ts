import fc from 'fast-check';
import { demo } from '../../emulator/demo.ts';
import { schema } from '../../src/schema/index.ts';
import { documents, type Generated } from '../support/documents.ts';

/** A text in generated values that no error and no log line may contain. */
export const canary = 'canary7';

/** The body of a request with the content type of JSON. */
export type Body = string | Uint8Array<ArrayBuffer>;

const globalId = btoa(`Contact:${demo.contactId}`);
const texts = ['', canary, `${canary}\u0000`, '💥', '\u202e', '\ufeff', '"""', '\\"', '../..', '%2e', 'a'.repeat(300)];
const numbers = [0, -0, -1, 1, 1.5, 1_000, 1_001, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 5e-324];

const wellTyped: Readonly<Record<string, readonly unknown[]>> = {
  Int: [1, 2, 5, 20],
  Boolean: [true, false],
  DateTime: ['2022-07-21T18:41:09.000Z'],
  EmailAddress: ['ada.rossi@example.com'],
  PhoneNumber: ['+14155552671'],
};

/** Values for a scalar: mostly valid ones, and some of another type or at the edge of the type. */
function scalar(type: string, name: string): readonly unknown[] {
  const valid = name === 'cid' ? [demo.contactId] : name.startsWith('id') ? [globalId] : (wellTyped[type] ?? ['text']);
  return [...Array(60).fill(valid).flat(), ...texts, ...numbers, true, null];
}

/** Texts that a mutation inserts into a document or into the JSON around it. */
const insertions = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '"',
    '"""',
    '\\',
    '...',
    '@',
    '$',
    '!',
    ':',
    '|',
    '&',
    '#',
    ',',
    '\n',
    '\u0000',
    '\ufeff',
  ],
  ...[
    '{{{{{{{{',
    '[[[[[[[[',
    '...F0',
    '@skip(if: true)',
    '@include',
    '__proto__',
    '__schema{types{name}}',
    '💥',
    '\ud800',
  ],
  ...[
    'query',
    'mutation',
    'subscription',
    'fragment F0 on Query {__typename}',
    'null',
    '1e999',
    '-',
    '\\u{1F600}',
    '\\uD800',
  ],
];

/** Changes of a text at random places: insertions, deletions, repetitions and swapped parts. */
function mutate(text: string, draw: (limit: number) => number): string {
  let changed = text;
  for (let count = 1 + draw(4); count > 0; count -= 1) {
    const at = draw(changed.length + 1);
    const part = changed.slice(at, at + 1 + draw(40));
    const before = changed.slice(0, at);
    const kinds = [
      () => before + insertions[draw(insertions.length)] + changed.slice(at),
      () => before + changed.slice(at + part.length),
      () => before + part.repeat(1 + draw(30)) + changed.slice(at),
      () => part + before + changed.slice(at + part.length),
      () => before + String.fromCharCode(draw(0x10000)) + changed.slice(at + 1),
    ];
    changed = (kinds[draw(kinds.length)] as () => string)();
  }
  return changed;
}

/** Flips and replaces some bytes, so that the result is hardly ever UTF-8. */
function mutateBytes(text: string, draw: (limit: number) => number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.from(text));
  for (let count = 1 + draw(3); count > 0; count -= 1) bytes[draw(bytes.length)] = draw(256);
  return bytes;
}

function toBody(generated: Generated, draw: (limit: number) => number): Body {
  const kind = draw(10);
  if (kind < 4) return JSON.stringify(generated);
  if (kind < 8) return JSON.stringify({ ...generated, query: mutate(generated.query, draw) });
  return kind === 8 ? mutate(JSON.stringify(generated), draw) : mutateBytes(JSON.stringify(generated), draw);
}

const drawn = fc.gen();

/** Bodies whose documents follow the schema: 4 in 10 as generated, 4 with a changed text, 2 with changed JSON or bytes. */
export const documentBodies: fc.Arbitrary<Body> = fc
  .tuple(documents(schema, { scalar, roots: 1, depth: 2 }), drawn)
  .map(([generated, g]) => toBody(generated, (limit) => g(fc.nat, { max: limit - 1 })));

const declared = 'query ($a: ID!, $b: Int, $c: ContactFilter, $d: [ID!]!, $e: ContactBy!)';
const query = `${declared} {
  contact(by: $e) { cid events(first: $b) { totalCount } }
  contacts(first: $b, filter: $c) { totalCount }
  node(id: $a) { id }
  nodes(ids: $d) { id }
}`;

const anyValue = fc.oneof(
  fc.constantFrom(...texts, ...numbers, true, null),
  fc.jsonValue({ maxDepth: 6 }),
  fc.constant({ cid: demo.contactId }),
  fc.constant([globalId]),
  fc.record({ email: fc.emailAddress(), __proto__: fc.constant(canary) }, { requiredKeys: [] }),
  fc.nat({ max: 60 }).map((depth) => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`) as unknown),
);

/** Bodies with one document and any variables. */
export const variableBodies: fc.Arbitrary<Body> = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', canary, '__proto__'), anyValue, { maxKeys: 7 })
  .map((variables) => JSON.stringify({ query, variables }));
