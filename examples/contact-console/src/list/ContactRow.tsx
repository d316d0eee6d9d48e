import { memo } from 'react';
import { graphql, useFragment } from 'react-relay';
import { Link } from '../address/address';
import { Avatar } from '../shared/Avatar';
import { ABSENT, countryName, formatDay, personName } from '../shared/format';
import { signupMethodName } from '../shared/signup-methods';
import type { ContactRow_contact$key } from './__generated__/ContactRow_contact.graphql';

type Props = {
  contact: ContactRow_contact$key;
  index: number;
  /** Whether the Tab key stops at this row. */
  isActive: boolean;
  /** Whether the row takes the focus when it is in the document. */
  takesFocus: boolean;
  onRowFocus: (index: number) => void;
};

/** A contact in the list. Memoized, because the list renders whenever a row comes into view. */
export const ContactRow = memo(function ContactRow({ contact: key, index, isActive, takesFocus, onRowFocus }: Props) {
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
    <Link
      to={`/contacts/${encodeURIComponent(contact.id)}`}
      className="list-row"
      tabIndex={isActive ? 0 : -1}
      onFocus={() => onRowFocus(index)}
      ref={takesFocus ? focusLink : null}
    >
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
});

/** The list has scrolled to the row by itself. */
function focusLink(link: HTMLAnchorElement | null): void {
  link?.focus({ preventScroll: true });
}
