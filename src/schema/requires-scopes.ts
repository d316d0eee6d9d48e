import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  type Location,
  parse,
  printSchema,
} from 'graphql';
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

/**
 * Prints a schema with its `@requiresScopes`. graphql's `printSchema` omits applied directives; this inserts them into its text.
 */
export function printSdl(schema: GraphQLSchema): string {
  const text = printSchema(schema);
  const insertions: { at: number; directive: string }[] = [];
  const insert = (loc: Location | undefined, declared: { extensions: object } | undefined) => {
    const directive = declared && toDirective(declared);
    if (loc !== undefined && directive !== undefined) insertions.push({ at: loc.end, directive });
  };
  for (const definition of parse(text).definitions) {
    if (definition.kind !== 'ObjectTypeDefinition') continue;
    const type = schema.getType(definition.name.value);
    if (!(type instanceof GraphQLObjectType)) continue;
    insert(definition.interfaces?.at(-1)?.loc ?? definition.name.loc, type);
    const fields = type.getFields();
    for (const { name, loc } of definition.fields ?? []) insert(loc, fields[name.value]);
  }
  let end = text.length;
  let printed = '';
  for (const { at, directive } of insertions.reverse()) {
    printed = `${directive}${text.slice(at, end)}${printed}`;
    end = at;
  }
  return `${text.slice(0, end)}${printed}\n`;
}

function toDirective(declared: { extensions: object }): string | undefined {
  const { scopes = [] } = accessOf(declared) ?? {};
  return scopes.length === 0 ? undefined : ` @${requiresScopes.name}(scopes: ${inSdl(scopes)})`;
}

function inSdl(scopes: readonly (readonly string[])[]): string {
  return `[${scopes.map((all) => `[${all.map((scope) => JSON.stringify(scope)).join(', ')}]`).join(', ')}]`;
}
