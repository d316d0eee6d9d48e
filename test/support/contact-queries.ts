/** The values by which a caller could address a contact. */
export type ContactIdentifiers = {
  cid: string;
  username: string;
  email: string;
  phone: string;
  extId: string;
  extProp1: string;
  extProp2: string;
  /** A cursor of a list that contains the contact. */
  cursor: string;
  /** A customer token of the contact. */
  token: string;
};

export const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

/** Queries that read a contact, by name; `fields` is the selection of the contact. */
export function readQueries(identifiers: ContactIdentifiers, fields: string): Record<string, string> {
  const id = quote(globalId('Contact', identifiers.cid));
  const { cid, cursor, token: _, ...searched } = identifiers;
  const queries: Record<string, string> = {
    'contact by cid': `{ contact(by: {cid: ${quote(cid)}}) ${fields} }`,
    'contact by id': `{ contact(by: {id: ${id}}) ${fields} }`,
    'contactExists by cid': `{ contactExists(by: {cid: ${quote(cid)}}) }`,
    'contactExists by id': `{ contactExists(by: {id: ${id}}) }`,
    'contactsExist by cid': `{ contactsExist(by: [{cid: ${quote(cid)}}]) { exists cid extId } }`,
    node: `{ node(id: ${id}) { id ... on Contact ${fields} } }`,
    nodes: `{ nodes(ids: [${id}]) { id ... on Contact ${fields} } }`,
    'a list of its id': `{ contacts(filter: {ids: [${id}]}) { totalCount nodes ${fields} } }`,
    'a list after its cursor': `{ contacts(first: 5, after: ${quote(cursor)}) { nodes ${fields} } }`,
    'a list before its cursor': `{ contacts(last: 5, before: ${quote(cursor)}) { nodes ${fields} } }`,
  };
  for (const [key, value] of Object.entries(searched)) {
    const by = `{${key}: ${quote(value)}}`;
    queries[`contact by ${key}`] = `{ contact(by: ${by}) ${fields} }`;
    queries[`contactExists by ${key}`] = `{ contactExists(by: ${by}) }`;
    queries[`contactsExist by ${key}`] = `{ contactsExist(by: [${by}]) { exists cid extId } }`;
    const plural = key.replace(/(\d?)$/, key.startsWith('extProp') ? 's$1' : 's');
    queries[`a list filtered by ${plural}`] =
      `{ contacts(first: 5, filter: {${plural}: [${quote(value)}, ${quote(value)}]}) { totalCount nodes ${fields} } }`;
    queries[`a list filtered by ${key}`] = `{ contacts(first: 5, filter: ${by}) { totalCount nodes ${fields} } }`;
  }
  for (const branch of ['events', 'devices', 'accountings']) {
    const query = `contact(by: {cid: ${quote(cid)}}) { ${branch}(first: 5) { nodes { __typename } } }`;
    queries[`its ${branch}`] = `{ ${query} }`;
  }
  return queries;
}

const consent = '{privacy: true, termsOfUse: true}';

/** Mutations of a contact, by the name of the mutation. */
export function writeMutations(identifiers: ContactIdentifiers, fields: string): Record<string, string> {
  const id = quote(globalId('Contact', identifiers.cid));
  const errors = 'userErrors { code message field }';
  const payload = `{ contact ${fields} ${errors} }`;
  const update = `{id: ${id}, firstName: "Mallory"}`;
  return {
    updateContact: `mutation { updateContact(input: ${update}) ${payload} }`,
    updateContacts: `mutation { updateContacts(inputs: [${update}]) { results ${payload} ${errors} } }`,
    setContactPolicies: `mutation { setContactPolicies(input: {id: ${id}, policies: {mktgCommunications: true}}) ${payload} }`,
    registerContactDevice: `mutation { registerContactDevice(input: {id: ${id}, device: {installId: "i-1"}}) ${payload} }`,
    issueContactToken: `mutation { issueContactToken(input: {id: ${id}, expiresIn: 60, hits: 1}) { token activationUrl contact ${fields} ${errors} } }`,
    redeemContactToken: `mutation { redeemContactToken(input: {token: ${quote(identifiers.token)}}) ${payload} }`,
    deleteContact: `mutation { deleteContact(input: {id: ${id}}) { deletedContactId ${errors} } }`,
    createContact: `mutation { createContact(input: ${creation(identifiers)}) { outcome locked contact ${fields} ${errors} } }`,
    createContacts: `mutation { createContacts(inputs: [${creation(identifiers)}]) { results { outcome locked contact ${fields} ${errors} } ${errors} } }`,
  };
}

/** The input of a creation that matches a contact with any of these unique values. */
function creation({ email, phone, extId, extProp1, extProp2 }: ContactIdentifiers): string {
  const unique = Object.entries({ email, phone, extId, extProp1, extProp2 })
    .map(([key, value]) => `${key}: ${quote(value)}`)
    .join(', ');
  return `{source: API, ${unique}, policies: ${consent}, deduplicate: [PHONE_NUMBER, EMAIL, EXT_ID, EXT_PROP_1, EXT_PROP_2]}`;
}

function quote(value: string): string {
  return JSON.stringify(value);
}
