import { graphql } from './graphql.ts';

export const contact = graphql(`
  query TadaContact($cid: ID!) {
    contact(by: { cid: $cid }) {
      id
      firstName
      birthDate
      custom
      gender
      devices(first: 2) {
        nodes {
          macAddress
        }
      }
    }
  }
`);

export const rename = graphql(`
  mutation TadaRename($input: UpdateContactInput!) {
    updateContact(input: $input) {
      contact {
        id
        firstName
      }
      userErrors {
        code
        field
      }
    }
  }
`);

/** The same documents with the ids that the manifest of this build has. */
export const persistedContact = graphql.persisted('TadaContact', contact);
export const persistedRename = graphql.persisted('TadaRename', rename);
