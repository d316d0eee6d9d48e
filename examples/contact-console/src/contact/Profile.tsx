import type { ReactNode } from 'react';
import { graphql, useFragment } from 'react-relay';
import { ABSENT, countryName, formatCount, formatDay, formatTime, languageName, words } from '../shared/format';
import type { Profile_contact$key } from './__generated__/Profile_contact.graphql';

/** Who the contact is. */
export function Profile({ contact: key }: { contact: Profile_contact$key }) {
  const contact = useFragment(
    graphql`
      fragment Profile_contact on Contact @throwOnFieldError {
        email
        emailVerified
        phone
        phoneVerified
        username
        gender
        birthDate
        country
        language
        companyName
        lastLoginAt
        metrics {
          totalVisits
        }
        segments {
          name
        }
      }
    `,
    key,
  );
  const segments = contact.segments?.flatMap(({ name }) => name ?? []) ?? [];
  return (
    <dl className="facts">
      <Fact label="E-mail">
        {contact.email ?? ABSENT} {contact.emailVerified && <Verified />}
      </Fact>
      <Fact label="Phone">
        {contact.phone ?? ABSENT} {contact.phoneVerified && <Verified />}
      </Fact>
      <Fact label="Username">{contact.username ?? ABSENT}</Fact>
      <Fact label="Company">{contact.companyName ?? ABSENT}</Fact>
      <Fact label="Born">{formatDay(contact.birthDate)}</Fact>
      <Fact label="Gender">{words(contact.gender)}</Fact>
      <Fact label="Country">{countryName(contact.country)}</Fact>
      <Fact label="Language">{languageName(contact.language)}</Fact>
      <Fact label="Last login">{formatTime(contact.lastLoginAt)}</Fact>
      <Fact label="Visits">{formatCount(contact.metrics?.totalVisits)}</Fact>
      <Fact label="Segments">
        {segments.length === 0 && ABSENT}
        {segments.map((name) => (
          <span key={name} className="badge">
            {name}
          </span>
        ))}
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Verified() {
  return <span className="badge badge-good">verified</span>;
}
