import type { Ref } from 'react';
import { graphql, useFragment } from 'react-relay';
import { Link } from '../address/address';
import { Avatar } from '../shared/Avatar';
import { ABSENT, countryName, formatDay, personName } from '../shared/format';
import { signupMethodName } from '../shared/signup-methods';
import type { ContactRow_contact$key } from './__generated__/ContactRow_contact.graphql';

type Props = {
  contact: ContactRow_contact$key;
  tabIndex: number;
  onFocus: () => void;
  ref?: Ref<HTMLAnchorElement>;
};

/** A contact in the list. */
export function ContactRow({ contact: key, ...linkProps }: Props) {
  const contact = useFragment(
    graphql`
      fragment ContactRow_contact on Contact {
        id
        firstName
        lastName
        email
        phone
        country
        locationName
        signupMethod
        createdAt
      }
    `,
    key,
  );
  const name = personName(contact);
  return (
    <Link to={`/contacts/${encodeURIComponent(contact.id)}`} className="list-row" {...linkProps}>
      <Avatar id={contact.id} name={name} />
      <span className="list-name">
        <span className="list-person">{name}</span>
        <span className="list-minor">{contact.email ?? contact.phone ?? ABSENT}</span>
      </span>
      <span className="list-phone">{contact.phone ?? ABSENT}</span>
      <span className="list-place">
        {contact.locationName ?? ABSENT}
        <span className="list-minor">{countryName(contact.country)}</span>
      </span>
      <span className="list-method">
        <span className="badge">{signupMethodName(contact.signupMethod)}</span>
      </span>
      <span className="list-day">{formatDay(contact.createdAt)}</span>
    </Link>
  );
}
