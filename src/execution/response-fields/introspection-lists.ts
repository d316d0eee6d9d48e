import type { GraphQLField, GraphQLNamedType, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { getNullableType, isInterfaceType, isListType, isObjectType } from 'graphql';

/** How long the lists of one introspection field are, over all objects of its type. */
type Length = { readonly average: number; readonly largest: number };

/** Lengths of the lists of introspection, by type and field: `__Type.fields`. */
export type IntrospectionLists = ReadonlyMap<string, Length>;

const kept = new WeakMap<GraphQLSchema, IntrospectionLists>();

/**
 * Measures the lists that introspection of a schema returns. What is below `__schema { types }` is every type once, so
 * that the average times the number of types is exact; one type that is named may be the largest.
 *
 * @returns the lengths, deprecated entries included; measured once for each schema
 */
export function introspectionLists(schema: GraphQLSchema): IntrospectionLists {
  let lists = kept.get(schema);
  if (lists === undefined) {
    lists = measure(schema);
    kept.set(schema, lists);
  }
  return lists;
}

function measure(schema: GraphQLSchema): IntrospectionLists {
  const types = Object.values(schema.getTypeMap());
  const objects: readonly [type: string, values: readonly unknown[]][] = [
    ['__Schema', [schema]],
    ['__Type', types],
    ['__Field', types.flatMap(fieldsOf)],
    ['__Directive', schema.getDirectives()],
  ];
  const lists = new Map<string, Length>();
  for (const [name, values] of objects) {
    for (const field of fieldsOf(schema.getType(name))) {
      if (!isListType(getNullableType(field.type))) continue;
      const lengths = values.map((value) => lengthOf(field, value, schema));
      const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(values.length, 1);
      lists.set(`${name}.${field.name}`, { average, largest: Math.max(0, ...lengths) });
    }
  }
  return lists;
}

function fieldsOf(type: GraphQLNamedType | undefined): readonly GraphQLField<unknown, unknown>[] {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

/** The resolvers of introspection read the schema from the info, and nothing else. */
function lengthOf(field: GraphQLField<unknown, unknown>, value: unknown, schema: GraphQLSchema): number {
  const list = field.resolve?.(value, { includeDeprecated: true }, undefined, { schema } as GraphQLResolveInfo);
  return Array.isArray(list) ? list.length : 0;
}
