import { graphql, useFragment } from 'react-relay';
import { toGatewayError } from '../relay/gateway-error';
import { Failure } from '../shared/Failure';
import { useReload } from '../shared/reload';
import type { Timeline_contact$key } from './__generated__/Timeline_contact.graphql';
import { TimelineRows } from './TimelineRows';

/**
 * The history of the contact, or why it could not be read. It comes with `@defer`, after the page was rendered: an error
 * that is a value is replaced when a later part arrives, while an error boundary shows its error until it is reset.
 */
export function Timeline({ contact }: { contact: Timeline_contact$key }) {
  const { reload } = useReload();
  const data = useFragment(
    graphql`
      fragment Timeline_contact on Contact {
        events(first: 8) @catch(to: RESULT) {
          __typename
        }
        ...TimelineRows_contact
      }
    `,
    contact,
  );
  if (!data.events.ok) return <Failure error={toGatewayError(data.events.errors[0])} onRetry={reload} />;
  return <TimelineRows contact={data} />;
}
