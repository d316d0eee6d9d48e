import {
  BREAK,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  Kind,
  type ValueNode,
  visit,
} from 'graphql';

/** The names of secret inputs of each schema. */
const secretNames = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

/**
 * Whether a document may hold the value of a secret input, like a password: as a literal, or as the default of a variable.
 * Such a document must not be kept. It is found by names alone, so that another field of the same name counts as well.
 */
export function mayHoldSecret(schema: GraphQLSchema, document: DocumentNode): boolean {
  const names = secretNames.get(schema) ?? findSecretNames(schema);
  secretNames.set(schema, names);
  const variables = new Set<string>();
  let isFound = false;
  function check({ name, value }: { name: { value: string }; value: ValueNode }): typeof BREAK | undefined {
    if (!names.has(name.value) || value.kind === Kind.NULL) return undefined;
    if (value.kind === Kind.VARIABLE) variables.add(value.name.value);
    else isFound = true;
    return isFound ? BREAK : undefined;
  }
  visit(document, { Argument: check, ObjectField: check });
  if (isFound || variables.size === 0) return isFound;
  visit(document, {
    VariableDefinition({ variable, defaultValue }) {
      if (defaultValue !== undefined && variables.has(variable.name.value)) isFound = true;
      return isFound ? BREAK : undefined;
    },
  });
  return isFound;
}

/** Fields of inputs and arguments are declared secret by `extensions: secretInput`, or by the type `Password`. */
function findSecretNames(schema: GraphQLSchema): ReadonlySet<string> {
  const inputs = Object.values(schema.getTypeMap()).flatMap((type): (GraphQLInputField | GraphQLArgument)[] => {
    if (isInputObjectType(type)) return Object.values(type.getFields());
    return isObjectType(type) ? Object.values(type.getFields()).flatMap(({ args }) => [...args]) : [];
  });
  const secret = inputs.filter(({ type, extensions }) => extensions['secret'] === true || isPassword(type));
  return new Set(secret.map(({ name }) => name));
}

function isPassword(type: GraphQLInputField['type']): boolean {
  return getNamedType(type).name === 'Password';
}
