import { graphql, usePaginationFragment } from 'react-relay';
import { LoadMore } from '../shared/LoadMore';
import type { EventFeed_organization$key } from './__generated__/EventFeed_organization.graphql';
import type { EventFeedPaginationQuery } from './__generated__/EventFeedPaginationQuery.graphql';
import { FeedRow } from './FeedRow';

const PAGE_SIZE = 25;

/** The events of the organization, page by page. The contact of each event is a call of its own, so that pages are small. */
export function EventFeed({ organization }: { organization: EventFeed_organization$key }) {
  const { data, loadNext, hasNext, isLoadingNext } = usePaginationFragment<
    EventFeedPaginationQuery,
    EventFeed_organization$key
  >(
    graphql`
      fragment EventFeed_organization on Organization
      @refetchable(queryName: "EventFeedPaginationQuery")
      @argumentDefinitions(
        count: { type: "Int", defaultValue: 25 }
        cursor: { type: "String" }
        types: { type: "[ContactEventType!]" }
      )
      @throwOnFieldError {
        events(first: $count, after: $cursor, types: $types) @connection(key: "EventFeed_events") {
          edges {
            cursor
            node {
              ...FeedRow_event
            }
          }
        }
      }
    `,
    organization,
  );
  const edges = data.events?.edges ?? [];
  if (edges.length === 0) return <p className="empty">There is no such event.</p>;
  return (
    <div className="card">
      <ol className="feed-rows">
        {edges.map(({ cursor, node }) => (
          <li key={cursor}>
            <FeedRow event={node} />
          </li>
        ))}
      </ol>
      <LoadMore {...{ loadNext, hasNext, isLoadingNext }} pageSize={PAGE_SIZE} label="Earlier events" />
    </div>
  );
}
