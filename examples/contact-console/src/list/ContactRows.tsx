import { useEffect, useRef, useState } from 'react';
import { graphql, usePaginationFragment } from 'react-relay';
import { Failure } from '../shared/Failure';
import { formatCount } from '../shared/format';
import type { ContactRows_query$key } from './__generated__/ContactRows_query.graphql';
import type { ContactRowsPaginationQuery } from './__generated__/ContactRowsPaginationQuery.graphql';
import { ContactRow } from './ContactRow';
import { useRowFocus } from './use-row-focus';
import { useVirtualRows } from './use-virtual-rows';

const PAGE_SIZE = 100;
// The next page is requested this many rows before the end of the loaded ones: about half a second of fast scrolling.
const LOAD_AHEAD = 60;

type Props = { query: ContactRows_query$key; selection: string; isStale: boolean };

/** The list, of which only the rows in view are in the document, and which loads more pages while it is scrolled. */
export function ContactRows({ query, selection, isStale }: Props) {
  const { data, loadNext, hasNext, isLoadingNext } = usePaginationFragment<
    ContactRowsPaginationQuery,
    ContactRows_query$key
  >(
    graphql`
      fragment ContactRows_query on Query
      @refetchable(queryName: "ContactRowsPaginationQuery")
      @argumentDefinitions(
        count: { type: "Int", defaultValue: 100 }
        cursor: { type: "String" }
        filter: { type: "ContactFilter" }
        orderBy: { type: "ContactOrder" }
      )
      @throwOnFieldError {
        contacts(first: $count, after: $cursor, filter: $filter, orderBy: $orderBy)
          @connection(key: "ContactRows_contacts") {
          totalCount
          edges {
            node {
              id
              ...ContactRow_contact
            }
          }
        }
      }
    `,
    query,
  );
  const [failure, setFailure] = useState<Error | null>(null);
  const contacts = (data.contacts?.edges ?? []).map(({ node }) => node);
  const scroller = useRef<HTMLDivElement>(null);
  const focus = useRowFocus(contacts.length);
  const { rows, height, lastIndex } = useVirtualRows({ scroller, count: contacts.length, selection, focus });

  const isNearEnd = lastIndex >= contacts.length - LOAD_AHEAD;
  useEffect(() => {
    if (isNearEnd && hasNext && !isLoadingNext && failure === null) loadNext(PAGE_SIZE, { onComplete: setFailure });
  }, [isNearEnd, hasNext, isLoadingNext, failure, loadNext]);

  if (contacts.length === 0) return <p className="empty">No contact matches. Change the filters, or clear them.</p>;
  const total = data.contacts?.totalCount;
  return (
    <>
      <p className="list-count" role="status">
        {total == null ? `${formatCount(contacts.length)} loaded` : countOf(total)}
      </p>
      <div className={isStale ? 'list-scroller stale' : 'list-scroller'} ref={scroller} aria-busy={isStale}>
        <ul className="list-rows" aria-label="Contacts" style={{ height }} onKeyDown={focus.onKeyDown}>
          {rows.map(({ index, start }) => {
            const contact = contacts[index];
            if (contact === undefined) return null;
            return (
              <li
                key={contact.id}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={total ?? -1}
                aria-posinset={index + 1}
              >
                <ContactRow contact={contact} {...focus.propsOf(index)} />
              </li>
            );
          })}
        </ul>
        {isLoadingNext && <p className="list-more">Loading more …</p>}
        {failure !== null && <Failure error={failure} onRetry={() => setFailure(null)} />}
      </div>
    </>
  );
}

function countOf(total: number): string {
  return total === 1 ? '1 contact' : `${formatCount(total)} contacts`;
}
