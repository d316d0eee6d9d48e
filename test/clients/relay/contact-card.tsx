import { graphql, useRefetchableFragment } from 'react-relay';
import type { contactCard_contact$key } from './__generated__/contactCard_contact.graphql.ts';
import type { contactCardRefetchQuery } from './__generated__/contactCardRefetchQuery.graphql.ts';

/** A part of a page that reads one contact, and can read it again by its global id alone. */
export function ContactCard({ contact }: { contact: contactCard_contact$key }) {
  const [data, refetch] = useRefetchableFragment<contactCardRefetchQuery, contactCard_contact$key>(
    graphql`
      fragment contactCard_contact on Contact @refetchable(queryName: "contactCardRefetchQuery") {
        firstName
        lastName
        metrics {
          totalVisits
        }
      }
    `,
    contact,
  );
  return (
    <>
      <span>{data.firstName}</span>
      <button type="button" onClick={() => refetch({}, { fetchPolicy: 'network-only' })}>
        Refresh {data.firstName}
      </button>
    </>
  );
}
