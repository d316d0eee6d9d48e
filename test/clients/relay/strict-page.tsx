import { graphql, useLazyLoadQuery } from 'react-relay';
import type { strictPageQuery } from './__generated__/strictPageQuery.graphql.ts';

/**
 * The names of two contacts. An error of a field is thrown to the error boundary, so that the types need no null for what the
 * schema says is null only with an error.
 */
export function StrictPage() {
  const { contacts } = useLazyLoadQuery<strictPageQuery>(
    graphql`
      query strictPageQuery @throwOnFieldError {
        contacts(first: 2) {
          nodes {
            id
            firstName
          }
        }
      }
    `,
    {},
  );
  return contacts.nodes.map(({ id, firstName }) => <span key={id}>{firstName}</span>);
}
