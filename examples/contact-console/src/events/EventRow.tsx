import './events.css';
import type { ReactNode } from 'react';
import { graphql, useFragment } from 'react-relay';
import { formatDuration, formatTime } from '../shared/format';
import type { EventRow_event$key } from './__generated__/EventRow_event.graphql';
import { EventIcon } from './EventIcon';
import { kindOf } from './event-kinds';

/** An event: its kind, what is special about it, when and where it happened. `children` say whose event it is. */
export function EventRow({ event: key, children }: { event: EventRow_event$key; children?: ReactNode }) {
  const event = useFragment(
    graphql`
      fragment EventRow_event on ContactEvent {
        type
        occurredAt
        locationName
        ... on VisitEvent {
          durationSeconds
        }
        ... on LoginEvent {
          durationSeconds
        }
        ... on EmailSentEvent {
          campaign {
            campaignName
          }
        }
        ... on EmailOpenedEvent {
          campaign {
            campaignName
          }
        }
        ... on EmailClickedEvent {
          campaign {
            campaignName
          }
        }
        ... on SmsSentEvent {
          campaign {
            campaignName
          }
        }
        ... on SurveyEvent {
          campaign {
            campaignName
          }
        }
      }
    `,
    key,
  );
  const { label, group } = kindOf(event.type);
  const details = [
    event.durationSeconds && `for ${formatDuration(event.durationSeconds)}`,
    event.locationName && `at ${event.locationName}`,
    event.campaign?.campaignName,
  ].filter(Boolean);
  return (
    <div className="event">
      <EventIcon group={group} />
      <div>
        <p className="event-label">
          {children} {children ? label.charAt(0).toLowerCase() + label.slice(1) : label}{' '}
          <span className="minor">{details.join(' · ')}</span>
        </p>
        <time className="minor" dateTime={event.occurredAt ?? undefined}>
          {formatTime(event.occurredAt)}
        </time>
      </div>
    </div>
  );
}
