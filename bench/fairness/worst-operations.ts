import { cidOf, toKey } from '../upstream/ids.ts';

/** An operation that costs as much as the limits allow. `make` returns one about other contacts for each index. */
export type WorstOperation = { readonly name: string; make(index: number): { query: string; variables: object } };

const fields = `cid title firstName lastName birthDate country zipCode createdAt modifiedAt email
  emailVerified phone phoneVerified username locked enabled locationId locationName lastLoginAt loginCount`;
const branches = 'events { totalCount } devices { totalCount } accountings { totalCount }';
const keys = '$a: String!, $b: String!, $c: String!';
const pages = (first: number, selection: string, names: readonly string[]) =>
  names.map((name) => `${name}: contacts(first: ${first}, filter: {extProp1: $${name}}) { nodes { ${selection} } }`);
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ');

/** The operations of the caller that asks for too much. Each is within all limits of `docs/limits.md`. */
export const worstOperations: readonly WorstOperation[] = [
  {
    // Two pages and three branches of each row: 482 of the 500 upstream calls that an operation may cost.
    name: '2 pages of 80 contacts with 3 branches',
    make: (index) => ({
      query: `query ($a: String!, $b: String!) { ${pages(80, `cid ${branches}`, ['a', 'b'])} }`,
      variables: { a: toKey(index * 2), b: toKey(index * 2 + 1) },
    }),
  },
  {
    name: '60 aliases of nodes with 100 ids',
    make: (index) => ({
      query: `query ($ids: [ID!]!) { ${aliases(60, 'nodes(ids: $ids) { ...F }')} } fragment F on Contact { ${fields} }`,
      variables: { ids: idsOf(index) },
    }),
  },
  {
    name: '20 aliases of nodes with 100 ids and 3 branches',
    make: (index) => ({
      query: `query ($ids: [ID!]!) { ${aliases(20, 'nodes(ids: $ids) { ...F }')} } fragment F on Contact { ${branches} }`,
      variables: { ids: idsOf(index) },
    }),
  },
  {
    name: '3 pages of 1,000 contacts with 150 fields',
    make: (index) => ({
      query: `query (${keys}) { ${pages(1_000, aliases(150, 'firstName'), ['a', 'b', 'c'])} }`,
      variables: { a: toKey(index * 3), b: toKey(index * 3 + 1), c: toKey(index * 3 + 2) },
    }),
  },
];

/** @returns the global ids of 100 contacts, which are others for each index */
function idsOf(index: number): string[] {
  return Array.from({ length: 100 }, (_, n) => btoa(`Contact:${cidOf(toKey(index * 100 + n))}`));
}
