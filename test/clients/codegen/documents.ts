import { graphql } from './__generated__/index.ts';

/** The fragment of a component; its fields are hidden from everyone else. */
export const contactName = graphql(`
  fragment ContactName on Contact {
    firstName
    lastName
  }
`);

export const contact = graphql(`
  query CodegenContact($by: ContactBy!) {
    contact(by: $by) {
      id
      ...ContactName
      createdAt
      birthDate
      custom
      gender
    }
  }
`);

export const contacts = graphql(`
  query CodegenContacts($first: Int, $after: String, $filter: ContactFilter) {
    contacts(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          id
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`);

export const createContact = graphql(`
  mutation CodegenCreate($input: CreateContactInput!) {
    createContact(input: $input) {
      contact {
        id
        ...ContactName
      }
      userErrors {
        code
        field
      }
    }
  }
`);
