import './contact.css';
import { graphql, useLazyLoadQuery } from 'react-relay';
import { Link } from '../address/address';
import { lastListAddress } from '../list/contact-connection';
import { Branch } from '../shared/Branch';
import { PageTitle } from '../shared/Page';
import { useReload } from '../shared/reload';
import type { ContactPageQuery } from './__generated__/ContactPageQuery.graphql';
import { ContactHeader } from './ContactHeader';
import { Devices } from './Devices';
import { Policies } from './Policies';
import { Profile } from './Profile';
import { Timeline } from './Timeline';
import { Traffic } from './Traffic';

/**
 * One contact. The query is one round trip; each card shows its own part of the answer, or its own error. The timeline comes
 * in a later part, because the history of a contact may be long.
 */
export function ContactPage({ id }: { id: string }) {
  const { fetchKey, fetchPolicy } = useReload();
  const data = useLazyLoadQuery<ContactPageQuery>(
    graphql`
      query ContactPageQuery($id: ID!) @throwOnFieldError {
        contact(by: { id: $id }) {
          ...ContactHeader_contact
          ...Profile_contact
          ...Policies_contact
          ...Devices_contact
          ...Traffic_contact
          ...Timeline_contact @defer(label: "timeline")
        }
        ...Policies_query
      }
    `,
    { id },
    { fetchKey, fetchPolicy },
  );
  const { contact } = data;
  if (!contact) return <MissingContact />;
  return (
    <div className="page">
      <Link to={lastListAddress()} className="back">
        ← Contacts
      </Link>
      <ContactHeader contact={contact} />
      <div className="contact-cards">
        <div className="contact-column">
          <Branch title="Traffic">
            <Traffic contact={contact} />
          </Branch>
          <Branch title="Timeline">
            <Timeline contact={contact} />
          </Branch>
        </div>
        <div className="contact-column">
          <Branch title="Profile">
            <Profile contact={contact} />
          </Branch>
          <Branch title="Policies">
            <Policies contact={contact} query={data} />
          </Branch>
          <Branch title="Devices">
            <Devices contact={contact} />
          </Branch>
        </div>
      </div>
    </div>
  );
}

function MissingContact() {
  return (
    <div className="page empty">
      <PageTitle title="There is no such contact" />
      <p>
        It may have been deleted. <Link to="/">Go to the contacts</Link>
      </p>
    </div>
  );
}
