import { graphql } from './graphql.ts';

/** Two pages: one contact by its global id or by what a person knows of it, and the list. */
export const contactPage = graphql`
  query contactPageQuery($id: ID!, $by: ContactBy!) {
    node(id: $id) {
      ...contactCard_contact @alias(as: "card")
      ...contactEvents_contact @alias(as: "events")
    }
    contact(by: $by) {
      ...contactCard_contact
    }
  }
`;

export const listPage = graphql`
  query contactPageListQuery($filter: ContactFilter) {
    ...contactList_query @arguments(filter: $filter)
    viewer {
      scopes
      organization {
        name
      }
    }
  }
`;
