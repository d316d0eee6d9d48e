import { graphql, useFragment } from 'react-relay';
import type { Policies_contact$key } from './__generated__/Policies_contact.graphql';
import type { Policies_query$key } from './__generated__/Policies_query.graphql';
import { PolicySwitch } from './PolicySwitch';

type Props = { contact: Policies_contact$key; query: Policies_query$key };

/** What the contact said to each policy of the organization. */
export function Policies({ contact, query }: Props) {
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
  const { organization } = useFragment(
    graphql`
      fragment Policies_query on Query @throwOnFieldError {
        organization {
          policies {
            key
            title
          }
        }
      }
    `,
    query,
  );
  const acceptances = policies ?? [];
  const titles = new Map(organization?.policies?.map(({ key, title }) => [key, title]));
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
