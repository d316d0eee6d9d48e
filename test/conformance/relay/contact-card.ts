import { graphql } from './graphql.ts';

/** A part of a page that reads one contact, and can read it again by its global id alone. */
export const contactCard = graphql`
  fragment contactCard_contact on Contact @refetchable(queryName: "contactCardRefetchQuery") {
    firstName
    lastName
    metrics {
      totalVisits
    }
  }
`;
