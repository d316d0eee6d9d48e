/** One kind of request that costs much before its operation is executed; `make` returns a different one for each index. */
export type AttackKind = { readonly name: string; readonly make: (index: number) => AttackRequest };

/** The JSON text of a POST, or the query string of a GET. */
export type AttackRequest = { readonly body: string } | { readonly search: string };

const nested = (depth: number, inner: string) => '['.repeat(depth) + inner + ']'.repeat(depth);

/** What each variable of the attacks is used for. */
const uses: Readonly<Record<string, string>> = {
  ids: 'nodes(ids: $v) { id }',
  filter: 'contacts(first: 1, filter: $v) { nodes { cid } }',
  orderBy: 'contacts(first: 1, orderBy: $v) { nodes { cid } }',
  node: 'node(id: $v) { id }',
  after: 'contacts(first: 1, after: $v) { nodes { cid } }',
  events: 'contacts(first: 1) { nodes { events(after: $v) { nodes { id } } } }',
  none: '__typename',
};

/** Requests within the limit on the body of 1 MB that are refused for their variables. */
const variableAttacks: readonly AttackKind[] = [
  variables('a list 490,000 deep', 'ids: [ID!]!', (n) => `{"v": ${nested(490_000, String(n))}}`),
  variables(
    'an object 150,000 deep',
    'ids: [ID!]!',
    (n) => `{"v": ${'{"a":'.repeat(150_000)}${n}${'}'.repeat(150_000)}}`,
  ),
  variables('330,000 ids', 'ids: [ID!]!', (n) => `{"v": [${Array(330_000).fill(n % 10)}]}`),
  variables('an object of 60,000 keys', 'filter: ContactFilter', (n) => object(60_000, n)),
  variables('60,000 variables', 'none: ID', (n) => object(60_000, n).slice('{"v": '.length, -1)),
  variables('an enum value of 890 kB', 'orderBy: ContactOrder', (n) => `{"v": {"field": "${text(890_000, n)}"}}`),
  variables('an id of 900 kB', 'node: ID!', (n) => `{"v": "${text(900_000, n)}"}`),
  variables('a cursor of 900 kB', 'after: String', (n) => `{"v": "${text(900_000, n)}"}`),
  variables('a cursor of events of 900 kB', 'events: String', (n) => `{"v": "${text(900_000, n)}"}`),
  variables('lists 60 deep', 'ids: [ID!]!', (n) => `{"v": ${nested(60, String(n))}}`),
  variables('19,000 ids', 'ids: [ID!]!', (n) => `{"v": [${Array(19_000).fill(n % 10)}]}`),
  variables('19,000 objects in place of ids', 'ids: [ID!]!', (n) => `{"v": [${Array(9_400).fill(`{"a":${n}}`)}]}`),
  variables('an object of 19,000 keys', 'filter: ContactFilter', (n) => object(19_000, n)),
  variables('an enum value of 99 kB', 'orderBy: ContactOrder', (n) => `{"v": {"field": "${text(99_000, n)}"}}`),
  variables('a cursor of events of 99 kB', 'events: String', (n) => `{"v": "${text(99_000, n)}"}`),
  variables('quotation marks and backslashes', 'after: String', (n) => `{"v": "${'\\"\\\\'.repeat(220_000)}${n}"}`),
];

/** Documents of 15,000 characters or less, most of which are refused. */
const documentAttacks: readonly AttackKind[] = [
  documents('15,000 opened braces', (n) => `query Q${n} ${'{'.repeat(14_900)}`),
  documents('block strings without an end', (n) => `{ a${n}${'"""\\"""'.repeat(2_100)}`),
  documents('quotation marks', (n) => `{ a${n} ${'"\\'.repeat(7_400)}`),
  documents('comments and quotation marks', (n) => `{ a${n} ${'#"'.repeat(7_400)}`),
  documents('overlapping fields', (n) => `{ ${repeat(330, (m) => `contact(by: {cid: "${n}${m}"}) {cid}`)} }`),
  documents(
    'fragments at one place',
    (n) =>
      `{ viewer { ${repeat(200, (m) => `...F${m}`)} } } ${repeat(200, (m) => `fragment F${m} on Viewer { a${m}_${n}: scopes }`)}`,
  ),
  documents('wrong values', (n) => `{ ${repeat(300, (m) => `a${m}: contacts(first: "${n}") { nodes { cid } }`)} }`),
  documents('unknown fields', (n) => `{ ${repeat(1_500, (m) => `a${n}_${m}`)} }`),
  documents('aliases', (n) => `{ ${repeat(600, (m) => `a${m}_${n}: __typename`)} }`),
  documents('directives', (n) => `{ a${n}: __typename ${'@include(if: true) '.repeat(700)} }`),
  documents('a list literal of 4,900 items', (n) => `{ nodes(ids: [${n} ${'1 '.repeat(4_900)}]) { id } }`),
  documents(
    'a fragment bomb',
    (n) =>
      `{ ...F0 } ${repeat(90, (m) => `fragment F${m} on Query { a${n}: __typename ...F${m + 1} ...F${m + 1} }`)} fragment F90 on Query { __typename }`,
  ),
  documents(
    'fragment cycles',
    (n) => `{ ...F0 } ${repeat(90, (m) => `fragment F${m} on Query { a${n}: __typename ...F${(m + 1) % 90} }`)}`,
  ),
  documents('valid fields', (n) => `{ viewer { ${repeat(700, (m) => `a${n}_${m}: scopes`)} } }`),
  documents('variables that are not used', (n) => `query (${repeat(700, (m) => `$v${n}_${m}: Int`)}) { __typename }`),
];

const otherAttacks: readonly AttackKind[] = [
  {
    name: 'variables of a GET 7,000 deep',
    make: (n) => ({ search: `query=%7B__typename%7D&variables={"v":${nested(7_000, String(n))}}` }),
  },
  { name: 'a body that is no JSON', make: (n) => ({ body: `{"query": "{ a${n} }", "x": ${'['.repeat(900_000)}` }) },
  {
    name: 'a batch of 10,000 operations',
    make: (n) => ({ body: JSON.stringify(Array(10_000).fill({ query: `{ a${n}: __typename }` })) }),
  },
  {
    name: 'a name that occurs 60,000 times',
    make: (n) => ({ body: `{"query": "{ a${n} }"${', "query": ""'.repeat(60_000)}}` }),
  },
];

export const attackKinds: readonly AttackKind[] = [...variableAttacks, ...documentAttacks, ...otherAttacks];

function variables(name: string, declared: string, jsonOf: (index: number) => string): AttackKind {
  const [use = '', type] = declared.split(': ');
  const query = `query ($v: ${type}) { ${uses[use]} }`;
  return { name, make: (index) => ({ body: `{"query": ${JSON.stringify(query)}, "variables": ${jsonOf(index)}}` }) };
}

function documents(name: string, documentOf: (index: number) => string): AttackKind {
  return { name, make: (index) => ({ body: JSON.stringify({ query: documentOf(index) }) }) };
}

function object(keys: number, salt: number): string {
  return `{"v": {${repeat(keys, (n) => `"k${salt}_${n}": 1`, ',')}}}`;
}

function text(length: number, salt: number): string {
  return String(salt).padStart(length, 'x');
}

function repeat(count: number, part: (n: number) => string, separator = ' '): string {
  return Array.from({ length: count }, (_, n) => part(n)).join(separator);
}
