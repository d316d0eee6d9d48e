import { graphql, usePaginationFragment } from 'react-relay';
import type { contactEvents_contact$key } from './__generated__/contactEvents_contact.graphql.ts';
import type { contactEventsPaginationQuery } from './__generated__/contactEventsPaginationQuery.graphql.ts';

/** A list below a contact that loads more on demand. */
export function ContactEvents({ contact }: { contact: contactEvents_contact$key }) {
  const { data, hasNext, loadNext } = usePaginationFragment<contactEventsPaginationQuery, contactEvents_contact$key>(
    graphql`
      fragment contactEvents_contact on Contact
      @refetchable(queryName: "contactEventsPaginationQuery")
      @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
        events(first: $count, after: $cursor) @connection(key: "contactEvents_events") {
          edges {
            cursor
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
    `,
    contact,
  );
  return (
    <>
      <ol>
        {data.events?.edges.map(({ cursor, node }) => (
          <li key={cursor}>{node.type}</li>
        ))}
      </ol>
      <button type="button" disabled={!hasNext} onClick={() => loadNext(2)}>
        More events
      </button>
    </>
  );
}
