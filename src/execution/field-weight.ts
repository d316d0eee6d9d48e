import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, isIntrospectionType } from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/**
 * What a field with a resolver of its own counts for, in plain fields: its promises and its place in the answer take about
 * 1 kB while the operation waits, where a property takes 100 bytes.
 */
const resolvedWeight = 10;

/** How much of the limit on the fields of an answer one field of an object uses: 1 when it only reads a property. */
export function fieldWeight(parent: GraphQLObjectType, field: Field): number {
  const { name, resolve = defaultFieldResolver } = field;
  const isProperty = resolve === defaultFieldResolver || exposedProperty(field) !== undefined;
  return isProperty || name.startsWith('__') || isIntrospectionType(parent) ? 1 : resolvedWeight;
}

/** The property that Pothos exposes as a field, as long as no other resolver was put in the place of Pothos' own. */
export function exposedProperty({ resolve, extensions }: Field): string | undefined {
  const { pothosExposedField: exposed, pothosOriginalResolve: original } = extensions;
  return resolve !== undefined && resolve === original && typeof exposed === 'string' ? exposed : undefined;
}
