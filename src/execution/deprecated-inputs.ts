import {
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** The deprecated members of the input types of a schema. */
export type DeprecatedInputs = {
  /** Whether a value of this type can have a deprecated member. */
  isPossible(type: GraphQLInputType): boolean;
  /** Adds the coordinates of the deprecated members that a value from a client has. */
  collect(type: GraphQLInputType, value: unknown, coordinates: Set<string>): void;
};

/** Finds the deprecated members of the input types of a schema. */
export function createDeprecatedInputs(schema: GraphQLSchema): DeprecatedInputs {
  const possible = findTypes(schema);
  const isPossible = (type: GraphQLInputType) => possible.has(getNamedType(type));

  function collect(type: GraphQLInputType, value: unknown, coordinates: Set<string>): void {
    if (value == null || !isPossible(type)) return;
    if (isNonNullType(type)) {
      collect(type.ofType as GraphQLInputType, value, coordinates);
    } else if (isListType(type)) {
      const items = Array.isArray(value) ? value : [value];
      for (const item of items) collect(type.ofType as GraphQLInputType, item, coordinates);
    } else if (isEnumType(type)) {
      const member = type.getValue(String(value));
      if (member?.deprecationReason != null) coordinates.add(`${type.name}.${member.name}`);
    } else if (isInputObjectType(type) && typeof value === 'object') {
      for (const [name, item] of Object.entries(value)) {
        const field = type.getFields()[name];
        if (field?.deprecationReason != null) coordinates.add(`${type.name}.${name}`);
        if (field !== undefined) collect(field.type, item, coordinates);
      }
    }
  }

  return { isPossible, collect };
}

/** Returns the input types that have a deprecated member, directly or in a type of one of their fields. */
function findTypes(schema: GraphQLSchema): ReadonlySet<GraphQLNamedType> {
  const found = new Set<GraphQLNamedType>();
  const types = Object.values(schema.getTypeMap());
  let sizeBefore = -1;
  while (found.size > sizeBefore) {
    sizeBefore = found.size;
    for (const type of types) if (hasDeprecated(type, found)) found.add(type);
  }
  return found;
}

function hasDeprecated(type: GraphQLNamedType, found: ReadonlySet<GraphQLNamedType>): boolean {
  if (isEnumType(type)) return type.getValues().some(({ deprecationReason }) => deprecationReason != null);
  if (!isInputObjectType(type)) return false;
  return Object.values(type.getFields()).some(
    (field) => field.deprecationReason != null || found.has(getNamedType(field.type)),
  );
}
