import './list.css';
import { Suspense, useDeferredValue, useEffect } from 'react';
import { graphql, useLazyLoadQuery } from 'react-relay';
import { Link, useAddress } from '../address/address';
import { ErrorBoundary } from '../shared/ErrorBoundary';
import { Failure } from '../shared/Failure';
import { PageTitle } from '../shared/Page';
import { useReload } from '../shared/reload';
import { Skeleton } from '../shared/Skeleton';
import type { ContactListPageQuery } from './__generated__/ContactListPageQuery.graphql';
import { ContactRows } from './ContactRows';
import { rememberSelection } from './contact-connection';
import { readCriteria } from './criteria';
import { Filters } from './Filters';

/** All contacts of the organization, filtered and in order as the address says. */
export function ContactListPage() {
  const { search } = useAddress();
  const { fetchKey, reload } = useReload();
  const wanted = search.toString();
  // The rows stay until those of other filters are there, while the filters themselves change at once.
  const selection = useDeferredValue(wanted);
  useEffect(() => rememberSelection(selection), [selection]);
  return (
    <div className="list-page">
      <div className="list-head">
        <div className="title-row">
          <PageTitle title="Contacts" />
          {wanted !== '' && (
            <Link to="/" className="button button-plain">
              Clear the filters
            </Link>
          )}
        </div>
        <Filters />
      </div>
      <ErrorBoundary
        resetKey={`${fetchKey} ${selection}`}
        fallback={(error) => <Failure error={error} onRetry={reload} />}
      >
        <Suspense fallback={<Skeleton label="Loading the contacts …" lines={12} />}>
          <ContactList key={selection} selection={selection} isStale={selection !== wanted} />
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}

function ContactList({ selection, isStale }: { selection: string; isStale: boolean }) {
  const { fetchKey, fetchPolicy } = useReload();
  const query = useLazyLoadQuery<ContactListPageQuery>(
    graphql`
      query ContactListPageQuery($filter: ContactFilter, $orderBy: ContactOrder) {
        ...ContactRows_query @arguments(filter: $filter, orderBy: $orderBy)
      }
    `,
    readCriteria(new URLSearchParams(selection)),
    { fetchKey, fetchPolicy },
  );
  return <ContactRows query={query} selection={selection} isStale={isStale} />;
}
