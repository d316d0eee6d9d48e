import { demo } from '../../../emulator/demo.ts';
import { idOf } from '../../support/write-gateway.ts';
import type { QueryRequest } from './harness.ts';

const id = idOf(demo.contactId);

/** A contact with all its branches. */
export const contact: QueryRequest = {
  query: `{ contact(by: {cid: "${demo.contactId}"}) {
    firstName events { totalCount } devices { totalCount } accountings { totalCount }
  } }`,
};
export const wholeContact = {
  contact: {
    ...{ firstName: 'Ada', events: { totalCount: 42 }, devices: { totalCount: 3 } },
    accountings: { totalCount: 28 },
  },
};

/** A contact without branches, which is one upstream call. */
export const profile: QueryRequest = { query: `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }` };
export const wholeProfile = { contact: { firstName: 'Ada' } };

export const byEmail: QueryRequest = { query: '{ contact(by: {email: "ada.rossi@example.com"}) { firstName } }' };

/** A page in an order by time, in which an expired scroll can be reopened at any position. */
export const page = (after?: string, orderBy = '{field: CREATED_ABSOLUTE, direction: ASC}'): QueryRequest => ({
  query: `query ($after: String) { contacts(first: 5, after: $after, orderBy: ${orderBy}) {
    nodes { cid } pageInfo { hasNextPage endCursor }
  } }`,
  variables: { after },
});

export const update: QueryRequest = {
  query: `mutation { updateContact(input: {id: "${id}", zipCode: "56126"}) { userErrors { code } } }`,
};
export const updated = { updateContact: { userErrors: [] } };
