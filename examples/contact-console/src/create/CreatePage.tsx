import './create.css';
import { graphql, useLazyLoadQuery } from 'react-relay';
import { Link } from '../address/address';
import { PageTitle } from '../shared/Page';
import { useReload } from '../shared/reload';
import type { CreatePageQuery } from './__generated__/CreatePageQuery.graphql';
import { CreateForm } from './CreateForm';

/** Creates a contact. The policies are those that the organization has now. */
export function CreatePage() {
  const { fetchKey, fetchPolicy } = useReload();
  const { organization } = useLazyLoadQuery<CreatePageQuery>(
    graphql`
      query CreatePageQuery @throwOnFieldError {
        organization {
          policies {
            key
            title
            required
          }
        }
      }
    `,
    {},
    { fetchKey, fetchPolicy },
  );
  return (
    <div className="page">
      <div className="create">
        <Link to="/" className="back">
          ← Contacts
        </Link>
        <PageTitle title="New contact" />
        <CreateForm policies={organization?.policies ?? []} />
      </div>
    </div>
  );
}
