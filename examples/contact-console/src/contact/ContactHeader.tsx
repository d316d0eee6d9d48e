import { graphql, useFragment } from 'react-relay';
import { Avatar } from '../shared/Avatar';
import { formatDay, personName } from '../shared/format';
import { PageTitle } from '../shared/Page';
import { signupMethodName } from '../shared/signup-methods';
import { IssueToken } from '../token/IssueToken';
import type { ContactHeader_contact$key } from './__generated__/ContactHeader_contact.graphql';
import { DeleteContact } from './DeleteContact';

/** The name of the contact, and what can be done with it. */
export function ContactHeader({ contact: key }: { contact: ContactHeader_contact$key }) {
  const contact = useFragment(
    graphql`
      fragment ContactHeader_contact on Contact {
        id
        firstName
        lastName
        email
        createdAt
        signupMethod
        locationName
      }
    `,
    key,
  );
  const name = personName(contact);
  const place = contact.locationName == null ? '' : ` at ${contact.locationName}`;
  return (
    <div className="contact-header">
      <Avatar id={contact.id} name={name} size="large" />
      <div>
        <PageTitle title={name} />
        <p className="minor">
          Signed up on {formatDay(contact.createdAt)}
          {place} · {signupMethodName(contact.signupMethod)}
        </p>
      </div>
      <div className="contact-actions">
        <IssueToken contactId={contact.id} name={name} />
        <DeleteContact contactId={contact.id} name={name} />
      </div>
    </div>
  );
}
