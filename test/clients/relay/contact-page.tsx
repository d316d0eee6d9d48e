import { graphql, useLazyLoadQuery } from 'react-relay';
import type { contactPageCardQuery } from './__generated__/contactPageCardQuery.graphql.ts';
import type { contactPageListQuery } from './__generated__/contactPageListQuery.graphql.ts';
import type { contactPageQuery } from './__generated__/contactPageQuery.graphql.ts';
import { ContactCard } from './contact-card.tsx';
import { ContactEvents } from './contact-events.tsx';
import { ContactList } from './contact-list.tsx';

/** One contact by its global id, with its events. */
export function ContactPage({ id }: { id: string }) {
  const { node } = useLazyLoadQuery<contactPageQuery>(
    graphql`
      query contactPageQuery($id: ID!) {
        node(id: $id) {
          ...contactCard_contact @alias(as: "card")
          ...contactEvents_contact @alias(as: "events")
        }
      }
    `,
    { id },
  );
  return (
    <>
      {node?.card && <ContactCard contact={node.card} />}
      {node?.events && <ContactEvents contact={node.events} />}
    </>
  );
}

/** The card of one contact by its global id. */
export function CardPage({ id }: { id: string }) {
  const { node } = useLazyLoadQuery<contactPageCardQuery>(
    graphql`
      query contactPageCardQuery($id: ID!) {
        node(id: $id) {
          ...contactCard_contact @alias(as: "card")
        }
      }
    `,
    { id },
  );
  return node?.card && <ContactCard contact={node.card} />;
}

/** The list of contacts: the page of `first` rows at the start, or that of `last` rows at the end. */
export function ListPage(variables: contactPageListQuery['variables']) {
  const page = useLazyLoadQuery<contactPageListQuery>(
    graphql`
      query contactPageListQuery($first: Int, $last: Int, $filter: ContactFilter) {
        ...contactList_query @arguments(first: $first, last: $last, filter: $filter)
      }
    `,
    variables,
  );
  return <ContactList page={page} />;
}
