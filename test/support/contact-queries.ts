/** What somebody may know of a contact, and try to reach it by. */
export type Known = {
  cid: string;
  username: string;
  email: string;
  phone: string;
  extId: string;
  extProp1: string;
  extProp2: string;
  /** A cursor of a list that the contact is in. */
  cursor: string;
  /** A customer token that stands for the contact. */
  token: string;
};

export const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

/** The ways to read a contact, by name; `fields` is the selection of the contact. */
export function readingPaths(known: Known, fields: string): Record<string, string> {
  const id = quote(globalId('Contact', known.cid));
  const { cid, cursor, token: _, ...searched } = known;
  const paths: Record<string, string> = {
    'contact by cid': `{ contact(by: {cid: ${quote(cid)}}) ${fields} }`,
    'contact by id': `{ contact(by: {id: ${id}}) ${fields} }`,
    'contactExists by cid': `{ contactExists(by: {cid: ${quote(cid)}}) }`,
    'contactExists by id': `{ contactExists(by: {id: ${id}}) }`,
    node: `{ node(id: ${id}) { id ... on Contact ${fields} } }`,
    nodes: `{ nodes(ids: [${id}]) { id ... on Contact ${fields} } }`,
    'a list after its cursor': `{ contacts(first: 5, after: ${quote(cursor)}) { nodes ${fields} } }`,
    'a list before its cursor': `{ contacts(last: 5, before: ${quote(cursor)}) { nodes ${fields} } }`,
  };
  for (const [key, value] of Object.entries(searched)) {
    const by = `{${key}: ${quote(value)}}`;
    paths[`contact by ${key}`] = `{ contact(by: ${by}) ${fields} }`;
    paths[`contactExists by ${key}`] = `{ contactExists(by: ${by}) }`;
    paths[`a list filtered by ${key}`] = `{ contacts(first: 5, filter: ${by}) { totalCount nodes ${fields} } }`;
  }
  for (const branch of ['events', 'devices', 'accountings']) {
    const below = `contact(by: {cid: ${quote(cid)}}) { ${branch}(first: 5) { nodes { __typename } } }`;
    paths[`its ${branch}`] = `{ ${below} }`;
  }
  return paths;
}

const consent = '{privacy: true, termsOfUse: true}';

/** The ways to write to a contact, by name, each after the mutation that it is. */
export function writingPaths(known: Known, fields: string): Record<string, string> {
  const id = quote(globalId('Contact', known.cid));
  const errors = 'userErrors { code message field }';
  const answer = `{ contact ${fields} ${errors} }`;
  const changed = `{id: ${id}, firstName: "Mallory"}`;
  return {
    updateContact: `mutation { updateContact(input: ${changed}) ${answer} }`,
    updateContacts: `mutation { updateContacts(inputs: [${changed}]) { results ${answer} ${errors} } }`,
    setContactPolicies: `mutation { setContactPolicies(input: {id: ${id}, policies: {mktgCommunications: true}}) ${answer} }`,
    issueContactToken: `mutation { issueContactToken(input: {id: ${id}, expiresIn: 60, hits: 1}) { token activationUrl contact ${fields} ${errors} } }`,
    redeemContactToken: `mutation { redeemContactToken(input: {token: ${quote(known.token)}}) ${answer} }`,
    deleteContact: `mutation { deleteContact(input: {id: ${id}}) { deletedContactId ${errors} } }`,
    createContact: `mutation { createContact(input: ${creation(known)}) { outcome locked contact ${fields} ${errors} } }`,
    createContacts: `mutation { createContacts(inputs: [${creation(known)}]) { results { outcome locked contact ${fields} ${errors} } ${errors} } }`,
  };
}

/** A contact with all that is unique about the known one, that would be matched where it is found. */
function creation({ email, phone, extId, extProp1, extProp2 }: Known): string {
  const unique = Object.entries({ email, phone, extId, extProp1, extProp2 })
    .map(([key, value]) => `${key}: ${quote(value)}`)
    .join(', ');
  return `{source: API, ${unique}, policies: ${consent}, deduplicate: [PHONE_NUMBER, EMAIL, EXT_ID, EXT_PROP_1, EXT_PROP_2]}`;
}

function quote(value: string): string {
  return JSON.stringify(value);
}
