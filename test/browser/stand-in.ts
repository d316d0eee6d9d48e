import { createSchema, createYoga, type YogaServerInstance } from 'graphql-yoga';
import { useGraphiQL } from '../../src/plugins/graphiql.ts';

const typeDefs = /* GraphQL */ `
  """
  A person known to the organization.
  """
  type Contact {
    "The contact's key in the upstream."
    cid: ID!
    "The name that friends use."
    firstName: String
  }

  type Query {
    "One contact, or null when there is none."
    contact(cid: ID!): Contact
    "What the caller sent as Authorization."
    authorization: String
  }
`;

const tabs = [
  { query: 'query FirstContact {\n  contact(cid: "c1") {\n    cid\n    firstName\n  }\n}' },
  { query: 'query WhoAmI {\n  authorization\n}' },
];

/** A gateway of two fields, with GraphiQL. */
export function createStandIn(): YogaServerInstance<object, object> {
  const schema = createSchema<object>({
    typeDefs,
    resolvers: {
      Query: {
        contact: (_, { cid }) => ({ cid, firstName: 'Ada' }),
        authorization: (_, __, { request }) => request.headers.get('authorization'),
      },
    },
  });
  return createYoga({
    schema,
    graphiql: false,
    landingPage: false,
    plugins: [useGraphiQL({ title: 'Contactgraph', tabs })],
  });
}
