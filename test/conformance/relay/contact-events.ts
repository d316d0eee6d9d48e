import { graphql } from './graphql.ts';

/** A list below a contact that loads more on demand. */
export const contactEvents = graphql`
  fragment contactEvents_contact on Contact
  @refetchable(queryName: "contactEventsPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    events(first: $count, after: $cursor) @connection(key: "contactEvents_events") {
      edges {
        node {
          type
          occurredAt
          ... on VisitEvent {
            durationSeconds
          }
        }
      }
    }
  }
`;
