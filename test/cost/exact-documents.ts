import fc from 'fast-check';

/**
 * Random queries that make every call they ask for, on a cold cache: each list is full, each contact exists, and no contact
 * is reached in two ways that the document does not show.
 *
 * @param cids ids of contacts that are on no page of at most 20 of the newest contacts
 */
export function exactDocuments(cids: readonly string[]): fc.Arbitrary<string> {
  return fc.gen().map((g) => write(cids, (limit) => g(fc.nat, { max: limit - 1 })));
}

function write(cids: readonly string[], draw: (limit: number) => number): string {
  const fragments: string[] = [];
  let keys = 0;
  const pick = <T>(values: readonly T[]): T => values[draw(values.length)] as T; // below the length
  const some = (least: number, most: number, make: () => string) =>
    Array.from({ length: least + draw(most - least + 1) }, make).join(' ');
  const alias = () => `a${keys++}: `;
  const cid = () => JSON.stringify(pick(cids));
  const globalId = () => JSON.stringify(btoa(`Contact:${pick(cids)}`));

  /** Selections of a type, some in a fragment, some behind a condition, and some of them twice. */
  function select(type: string, selections: string): string {
    const kind = draw(8);
    if (kind === 0) return `{ __typename ... on ${type} @include(if: $yes) { ${selections} } }`;
    if (kind === 1)
      return `{ __typename ${selections} ... @skip(if: $yes) { skipped: accountings(first: 7) { nodes { ipAddress } } } }`;
    if (kind > 3) return `{ __typename ${selections} }`;
    const name = `F${keys++}`;
    fragments.push(`fragment ${name} on ${type} { __typename ${selections} }`);
    return `{ ...${name} ${kind === 2 ? `...${name}` : ''} }`;
  }

  function contactField(): string {
    return pick([
      () => 'firstName',
      () => 'language',
      () => `${alias()}custom`,
      () => `${alias()}devices(first: ${1 + draw(20)}) { totalCount }`,
      () => `${alias()}accountings { totalCount }`,
      () =>
        `${alias()}events(${pick(['first: 3', 'types: [VISIT, LOGIN]', 'since: "2021-01-01T00:00:00Z"'])}) { totalCount }`,
      () => `${alias()}events(first: 2) { nodes { contact ${select('Contact', 'cid email')} } }`,
      () => `${alias()}devices(first: 0) { totalCount }`, // is refused without a call
    ])();
  }

  const contact = () => select('Contact', `cid ${some(0, 4, contactField)}`);
  const page = (below: string) => `${alias()}contacts(first: ${1 + draw(20)}) { ${below} }`;

  function rootField(): string {
    return pick([
      () => `${alias()}contact(by: {cid: ${cid()}}) ${contact()}`,
      () => `${alias()}contact(by: {id: ${globalId()}}) ${contact()}`,
      () =>
        `${alias()}node(id: ${globalId()}) { ... on Contact ${contact()} ... on Organization { events { totalCount } } }`,
      () => `${alias()}nodes(ids: [${some(0, 5, globalId)}, "no id"]) { ... on Contact ${contact()} }`,
      () => `${alias()}contactExists(by: {cid: ${cid()}})`,
      () => `${alias()}contactsExist(by: [${some(1, 4, () => `{cid: ${cid()}}`)}, {cid: ""}]) { exists }`,
      () =>
        `${alias()}organization { name ${pick(['', 'policies { key }', 'events(first: 3) { nodes { contactId } }'])} }`,
      () => `viewer { scopes contact { devices { totalCount } } }`,
      () => page('totalCount'),
      () => page('edges { cursor node { cid } }'),
    ])();
  }
  // Two pages with branches could be of the same contacts, whose branches are read once.
  const list = draw(2) === 0 ? page(`nodes ${contact()} edges { node ${contact()} }`) : '';
  return [
    `query($yes: Boolean = true) { __typename ${list} ${some(1, 5, rootField)} __schema @skip(if: $yes) { description } }`,
    ...fragments,
  ].join('\n');
}
