import { graphql } from 'react-relay';

/** Creates a contact and shows it as the first row of the lists `connections`. */
export const createContact = graphql`
  mutation contactMutationsCreateMutation($input: CreateContactInput!, $connections: [ID!]!) {
    createContact(input: $input) {
      contact @prependNode(connections: $connections, edgeTypeName: "ContactEdge") {
        id
        ...contactCard_contact
      }
      userErrors {
        code
        field
      }
    }
  }
`;

/** Does the same with the edge of the payload, which has the cursor of the contact in a list without a filter. */
export const createContactEdge = graphql`
  mutation contactMutationsEdgeMutation($input: CreateContactInput!, $connections: [ID!]!) {
    createContact(input: $input) {
      contactEdge @prependEdge(connections: $connections) {
        cursor
        node {
          id
          ...contactCard_contact
        }
      }
      userErrors {
        code
      }
    }
  }
`;

/** The same as the last row. */
export const appendContact = graphql`
  mutation contactMutationsAppendMutation($input: CreateContactInput!, $connections: [ID!]!) {
    createContact(input: $input) {
      contact @appendNode(connections: $connections, edgeTypeName: "ContactEdge") {
        id
        ...contactCard_contact
      }
      userErrors {
        code
        field
      }
    }
  }
`;

/**
 * Deletes a contact at the gateway and in the store of Relay, with its edges in the lists `connections`: an edge without its
 * node would contradict the types, because the schema says that the node of an edge is never null. Relay takes one such directive for each field, and the edge has
 * to go first.
 */
export const deleteContact = graphql`
  mutation contactMutationsDeleteMutation($id: ID!, $connections: [ID!]!) {
    deleteContact(input: { id: $id }) {
      deletedContactId @deleteEdge(connections: $connections)
      deletedRecordId: deletedContactId @deleteRecord
      userErrors {
        code
      }
    }
  }
`;

/** Gives a contact another first name. */
export const renameContact = graphql`
  mutation contactMutationsRenameMutation($id: ID!, $firstName: String!) @raw_response_type {
    updateContact(input: { id: $id, firstName: $firstName }) {
      contact {
        id
        firstName
      }
      userErrors {
        code
      }
    }
  }
`;
