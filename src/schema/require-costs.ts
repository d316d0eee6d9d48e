import { type GraphQLField, GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { accessOf } from './access.ts';
import { costOf } from './call-cost.ts';

/**
 * Checks that each field that may make an upstream call declares what it costs: a field that declares who may use it, and any
 * other field whose resolver takes the context, through which all calls are made.
 *
 * @throws {Error} for a schema in which a declaration is missing, so that it is never served
 */
export function requireCosts(schema: GraphQLSchema): GraphQLSchema {
  const undeclared: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (mayCall(field) && costOf(field) === undefined) undeclared.push(`${type.name}.${field.name}`);
    }
  }
  if (undeclared.length > 0) throw new Error(`Declare what ${undeclared.join(', ')} cost: see src/schema/call-cost.ts`);
  return schema;
}

/** A field that Pothos exposes only reads a property, and so does a global id. */
function mayCall(field: GraphQLField<unknown, unknown>): boolean {
  const { name, resolve, extensions } = field;
  if (extensions['pothosExposedField'] !== undefined || name === 'id') return false;
  return accessOf(field) !== undefined || (resolve !== undefined && resolve.length >= 3);
}
