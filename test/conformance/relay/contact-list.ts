import { graphql } from './graphql.ts';

/** The list of all contacts; another filter starts another connection in the store of Relay. */
export const contactList = graphql`
  fragment contactList_query on Query
  @refetchable(queryName: "contactListPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" }, filter: { type: "ContactFilter" }) {
    contacts(first: $count, after: $cursor, filter: $filter) @connection(key: "contactList_contacts") {
      totalCount
      edges {
        node {
          ...contactCard_contact
        }
      }
    }
  }
`;
