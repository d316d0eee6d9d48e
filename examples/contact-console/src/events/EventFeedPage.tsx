import { type ChangeEvent, Suspense } from 'react';
import { graphql, useLazyLoadQuery } from 'react-relay';
import { navigate, useAddress } from '../address/address';
import { ErrorBoundary } from '../shared/ErrorBoundary';
import { Failure } from '../shared/Failure';
import { PageTitle } from '../shared/Page';
import { useReload } from '../shared/reload';
import { Skeleton } from '../shared/Skeleton';
import type { ContactEventType, EventFeedPageQuery } from './__generated__/EventFeedPageQuery.graphql';
import { EventFeed } from './EventFeed';
import { eventKinds, isEventType } from './event-kinds';

/** What happens in the whole organization, the newest first, of all kinds or of one. */
export function EventFeedPage() {
  const { search } = useAddress();
  const { fetchKey, reload, isReloading } = useReload();
  const selected = search.get('type') ?? '';
  const types = isEventType(selected) ? [selected] : null;
  const select = (event: ChangeEvent<HTMLSelectElement>) =>
    navigate(event.target.value === '' ? '/events' : `/events?type=${event.target.value}`);
  return (
    <div className="page">
      <div className="feed">
        <div className="title-row">
          <PageTitle title="Events" />
          <label className="feed-filter">
            <span className="visually-hidden">Kind of event</span>
            <select value={types?.[0] ?? ''} onChange={select}>
              <option value="">All kinds</option>
              {Object.entries(eventKinds).map(([type, { label }]) => (
                <option key={type} value={type}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <button type="button" className="button" onClick={reload} disabled={isReloading}>
            {isReloading ? 'Loading …' : 'Refresh'}
          </button>
        </div>
        <ErrorBoundary
          resetKey={`${fetchKey} ${selected}`}
          fallback={(error) => <Failure error={error} onRetry={reload} />}
        >
          <Suspense fallback={<Skeleton label="Loading the events …" lines={8} />}>
            <SelectedEvents types={types} />
          </Suspense>
        </ErrorBoundary>
      </div>
    </div>
  );
}

function SelectedEvents({ types }: { types: ContactEventType[] | null }) {
  const { fetchKey, fetchPolicy } = useReload();
  const { organization } = useLazyLoadQuery<EventFeedPageQuery>(
    graphql`
      query EventFeedPageQuery($types: [ContactEventType!]) @throwOnFieldError {
        organization {
          ...EventFeed_organization @arguments(types: $types)
        }
      }
    `,
    { types },
    { fetchKey, fetchPolicy },
  );
  return organization ? <EventFeed key={types?.[0]} organization={organization} /> : null;
}
