import {
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/**
 * A selection of every field without required arguments, of a type and the types below it.
 *
 * @param without types that are left out
 */
export function selectAll(schema: GraphQLSchema, name: string, without: readonly string[] = []): string {
  const type = schema.getType(name);
  if (!isCompositeType(type)) throw new Error(`The schema has no ${name}`);
  return select(schema, type, [name, ...without]);
}

function select(schema: GraphQLSchema, type: GraphQLNamedOutputType, above: readonly string[]): string {
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const selections = fields.flatMap(({ name, type: fieldType, args }) => {
    const named = getNamedType(fieldType);
    if (above.includes(named.name)) return [];
    if (args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)) return [];
    return [isCompositeType(named) ? `${name} ${select(schema, named, [...above, named.name])}` : name];
  });
  const kinds = isInterfaceType(type)
    ? schema.getPossibleTypes(type).map((kind) => `... on ${kind.name} { ${ownFields(schema, kind, type, above)} }`)
    : [];
  return `{ __typename ${[...selections, ...kinds].join(' ')} }`;
}

/** The fields of an object type beyond those of its interface, each under an alias, because two object types may have different types for one name. */
function ownFields(
  schema: GraphQLSchema,
  kind: GraphQLNamedOutputType,
  base: GraphQLNamedOutputType,
  above: readonly string[],
): string {
  if (!isObjectType(kind) || !isInterfaceType(base)) return '__typename';
  const own = Object.values(kind.getFields()).filter(({ name }) => base.getFields()[name] === undefined);
  return [
    '__typename',
    ...own.map(({ name, type }) => {
      const named = getNamedType(type);
      const below = isCompositeType(named) ? ` ${select(schema, named, [...above, named.name])}` : '';
      return `${kind.name}_${name}: ${name}${below}`;
    }),
  ].join(' ');
}
