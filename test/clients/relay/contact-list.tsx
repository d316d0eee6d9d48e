import { graphql, usePaginationFragment } from 'react-relay';
import type { contactList_query$key } from './__generated__/contactList_query.graphql.ts';
import type { contactListPaginationQuery } from './__generated__/contactListPaginationQuery.graphql.ts';
import { ContactCard } from './contact-card.tsx';

/** The list of all contacts, in both directions; another filter starts another connection in the store of Relay. */
export function ContactList({ page }: { page: contactList_query$key }) {
  const { data, hasNext, hasPrevious, loadNext, loadPrevious } = usePaginationFragment<
    contactListPaginationQuery,
    contactList_query$key
  >(
    graphql`
      fragment contactList_query on Query
      @refetchable(queryName: "contactListPaginationQuery")
      @argumentDefinitions(
        first: { type: "Int" }
        after: { type: "String" }
        last: { type: "Int" }
        before: { type: "String" }
        filter: { type: "ContactFilter" }
      ) {
        contacts(first: $first, after: $after, last: $last, before: $before, filter: $filter)
          @connection(key: "contactList_contacts") {
          __id
          edges {
            node {
              id
              ...contactCard_contact
            }
          }
        }
      }
    `,
    page,
  );
  return (
    <>
      <button type="button" disabled={!hasPrevious} onClick={() => loadPrevious(3)}>
        Previous
      </button>
      <ol data-connection={data.contacts?.__id}>
        {data.contacts?.edges.map(({ node }) => (
          <li key={node.id} id={node.id}>
            <ContactCard contact={node} />
          </li>
        ))}
      </ol>
      <button type="button" disabled={!hasNext} onClick={() => loadNext(3)}>
        Next
      </button>
    </>
  );
}
