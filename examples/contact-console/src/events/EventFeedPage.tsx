import { type ChangeEvent, Suspense, useDeferredValue } from 'react';
import { graphql, useLazyLoadQuery } from 'react-relay';
import { navigate, useAddress } from '../address/address';
import { ErrorBoundary } from '../shared/ErrorBoundary';
import { Failure } from '../shared/Failure';
import { PageTitle } from '../shared/Page';
import { useReload } from '../shared/reload';
import { Skeleton } from '../shared/Skeleton';
import type { EventFeedPageQuery } from './__generated__/EventFeedPageQuery.graphql';
import { EventFeed } from './EventFeed';
import { eventKinds, isEventType } from './event-kinds';

/** What happens in the whole organization, the newest first, of all kinds or of one. */
export function EventFeedPage() {
  const { search } = useAddress();
  const { fetchKey, reload, isReloading } = useReload();
  const selected = search.get('type') ?? '';
  const shown = useDeferredValue(selected);
  const select = (event: ChangeEvent<HTMLSelectElement>) =>
    navigate(event.target.value === '' ? '/events' : `/events?type=${event.target.value}`);
  return (
    <div className="page">
      <div className="feed">
        <div className="title-row">
          <PageTitle title="Events" />
          <label className="feed-filter">
            <span className="visually-hidden">Kind of event</span>
            <select value={isEventType(selected) ? selected : ''} onChange={select}>
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
          resetKey={`${fetchKey} ${shown}`}
          fallback={(error) => <Failure error={error} onRetry={reload} />}
        >
          <Suspense fallback={<Skeleton label="Loading the events …" lines={8} />}>
            <div className={shown === selected ? '' : 'stale'} aria-busy={shown !== selected}>
              <SelectedEvents type={shown} />
            </div>
          </Suspense>
        </ErrorBoundary>
      </div>
    </div>
  );
}

function SelectedEvents({ type }: { type: string }) {
  const { fetchKey, fetchPolicy } = useReload();
  const { organization } = useLazyLoadQuery<EventFeedPageQuery>(
    graphql`
      query EventFeedPageQuery($types: [ContactEventType!]) @throwOnFieldError {
        organization {
          ...EventFeed_organization @arguments(types: $types)
        }
      }
    `,
    { types: isEventType(type) ? [type] : null },
    { fetchKey, fetchPolicy },
  );
  return organization ? <EventFeed key={type} organization={organization} /> : null;
}
