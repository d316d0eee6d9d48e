import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDeferDirective,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLStreamDirective,
  GraphQLString,
} from 'graphql';

const condition = {
  type: new GraphQLNonNull(GraphQLBoolean),
  defaultValue: true,
  description: 'Whether the directive applies; true by default.',
};
const label = {
  type: GraphQLString,
  description: 'A name by which the client recognizes the part: at most 200 characters, and used once in the document.',
};
const otherClients = 'Clients that accept JSON only get it with the rest of the answer.';

/** The directive of graphql, with descriptions for client developers. */
const defer = new GraphQLDirective({
  name: GraphQLDeferDirective.name,
  description: `The client can wait for this fragment: it is delivered in a later part of the answer. ${otherClients}`,
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: { if: condition, label },
});

/** The directive of graphql, with descriptions for client developers. */
const stream = new GraphQLDirective({
  name: GraphQLStreamDirective.name,
  description: `The client can wait for the items of this list: they are delivered in later parts of the answer. ${otherClients}`,
  locations: [DirectiveLocation.FIELD],
  args: {
    if: condition,
    label,
    initialCount: {
      type: new GraphQLNonNull(GraphQLInt),
      defaultValue: 0,
      description: 'How many items are delivered with the first part, from 0 to the most rows of a page; 0 by default.',
    },
  },
});

/** The directives for delivery in parts. */
export const incrementalDirectives = [defer, stream];
