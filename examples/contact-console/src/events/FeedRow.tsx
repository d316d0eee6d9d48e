import { graphql, useFragment } from 'react-relay';
import { Link } from '../address/address';
import { personName } from '../shared/format';
import type { FeedRow_event$key } from './__generated__/FeedRow_event.graphql';
import { EventRow } from './EventRow';

/** An event with its contact. A contact that was deleted, or cannot be read now, has no name. */
export function FeedRow({ event: key }: { event: FeedRow_event$key }) {
  const event = useFragment(
    graphql`
      fragment FeedRow_event on ContactEvent {
        contact {
          id
          firstName
          lastName
          email
        }
        ...EventRow_event
      }
    `,
    key,
  );
  const { contact } = event;
  return (
    <EventRow event={event}>
      {contact ? (
        <Link to={`/contacts/${encodeURIComponent(contact.id)}`}>{personName(contact)}</Link>
      ) : (
        'A former contact'
      )}
    </EventRow>
  );
}
