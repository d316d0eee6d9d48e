import { GraphQLObjectType, type GraphQLSchema, type Location, parse, printSchema } from 'graphql';
import { requiresScopesOf } from './requires-scopes.ts';
import { semanticNonNullOf } from './semantic-non-null.ts';

/**
 * Prints a schema with its directives. graphql's `printSchema` omits applied directives; this inserts them into its text.
 */
export function printSdl(schema: GraphQLSchema): string {
  const text = printSchema(schema);
  const insertions: { at: number; directives: string }[] = [];
  const insert = (loc: Location | undefined, declared: { extensions: object } | undefined) => {
    if (loc === undefined || declared === undefined) return;
    const directives = [requiresScopesOf(declared), semanticNonNullOf(declared)].filter((each) => each !== undefined);
    insertions.push({ at: loc.end, directives: directives.map((each) => ` ${each}`).join('') });
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
  for (const { at, directives } of insertions.reverse()) {
    printed = `${directives}${text.slice(at, end)}${printed}`;
    end = at;
  }
  return `${text.slice(0, end)}${printed}\n`;
}
