import { graphql, useFragment } from 'react-relay';
import type { Policies_contact$key } from './__generated__/Policies_contact.graphql';
import type { Policies_organization$key } from './__generated__/Policies_organization.graphql';
import { PolicySwitch } from './PolicySwitch';

type Props = { contact: Policies_contact$key; organization: Policies_organization$key | null | undefined };

/** What the contact said to each policy of the organization. */
export function Policies({ contact, organization }: Props) {
  const { id, policies } = useFragment(
    graphql`
      fragment Policies_contact on Contact @throwOnFieldError {
        id
        policies {
          key
          accepted
        }
      }
    `,
    contact,
  );
  const offered = useFragment(
    graphql`
      fragment Policies_organization on Organization @throwOnFieldError {
        policies {
          key
          title
        }
      }
    `,
    organization,
  );
  const acceptances = policies ?? [];
  const titles = new Map(offered?.policies?.map(({ key, title }) => [key, title]));
  if (acceptances.length === 0) return <p className="empty">The contact was asked about no policy.</p>;
  return (
    <ul className="policies">
      {acceptances.map(({ key }) => (
        <li key={key}>
          <PolicySwitch {...{ contactId: id, policyKey: key, title: titles.get(key) ?? key, acceptances }} />
        </li>
      ))}
    </ul>
  );
}
