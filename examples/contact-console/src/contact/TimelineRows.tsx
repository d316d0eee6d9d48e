import { graphql, usePaginationFragment } from 'react-relay';
import { EventRow } from '../events/EventRow';
import { LoadMore } from '../shared/LoadMore';
import type { TimelineRows_contact$key } from './__generated__/TimelineRows_contact.graphql';
import type { TimelineRowsPaginationQuery } from './__generated__/TimelineRowsPaginationQuery.graphql';

const PAGE_SIZE = 20;

/** What the contact did, newest first. */
export function TimelineRows({ contact }: { contact: TimelineRows_contact$key }) {
  const { data, loadNext, hasNext, isLoadingNext } = usePaginationFragment<
    TimelineRowsPaginationQuery,
    TimelineRows_contact$key
  >(
    graphql`
      fragment TimelineRows_contact on Contact
      @refetchable(queryName: "TimelineRowsPaginationQuery")
      @argumentDefinitions(count: { type: "Int", defaultValue: 8 }, cursor: { type: "String" })
      @throwOnFieldError {
        events(first: $count, after: $cursor) @connection(key: "TimelineRows_events") {
          edges {
            cursor
            node {
              ...EventRow_event
            }
          }
        }
      }
    `,
    contact,
  );
  const edges = data.events?.edges ?? [];
  if (edges.length === 0) return <p className="empty">Nothing has happened yet.</p>;
  return (
    <>
      <ol className="timeline">
        {edges.map(({ cursor, node }) => (
          <li key={cursor}>
            <EventRow event={node} />
          </li>
        ))}
      </ol>
      <LoadMore {...{ loadNext, hasNext, isLoadingNext }} pageSize={PAGE_SIZE} label="Earlier events" />
    </>
  );
}
