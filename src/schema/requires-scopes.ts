import { DirectiveLocation, GraphQLDirective, GraphQLList, GraphQLNonNull, GraphQLString } from 'graphql';
import { accessOf } from './access.ts';

const scopeList = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLString)));

/** The directive that shows required scopes in the schema's text, as Apollo's tools read it. */
export const requiresScopes = new GraphQLDirective({
  name: 'requiresScopes',
  description: 'What a caller has to hold to use this; without it the answer is FORBIDDEN, and nothing was done.',
  locations: [DirectiveLocation.FIELD_DEFINITION, DirectiveLocation.OBJECT],
  args: {
    scopes: {
      type: new GraphQLNonNull(new GraphQLList(scopeList)),
      description: 'Any one of these lists is enough, and of a list all are needed; in the words of access tokens.',
    },
  },
});

/** Returns the directive of a type or a field as the text of a schema has it; undefined for one that needs no scope. */
export function requiresScopesOf(declared: { extensions: object }): string | undefined {
  const { scopes = [] } = accessOf(declared) ?? {};
  return scopes.length === 0 ? undefined : `@${requiresScopes.name}(scopes: ${inSdl(scopes)})`;
}

function inSdl(scopes: readonly (readonly string[])[]): string {
  return `[${scopes.map((all) => `[${all.map((scope) => JSON.stringify(scope)).join(', ')}]`).join(', ')}]`;
}
