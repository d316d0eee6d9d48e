import {
  type FieldNode,
  type GraphQLField,
  getArgumentValues,
  Kind,
  type ValidatedExecutionArgs,
  type ValueNode,
} from 'graphql';

type Args = Readonly<Record<string, unknown>>;

const none: Args = Object.freeze(Object.create(null));

/**
 * Finds arguments that are the same in every operation of a document. They are shared, so they must be immutable: primitive
 * values in a frozen object. Undefined for invalid arguments, so that each operation reports the error.
 */
export function findConstantArguments(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode | undefined,
  { variableValues, hideSuggestions }: ValidatedExecutionArgs,
): Args | undefined {
  if (definition.args.length === 0) return none;
  if (node === undefined || node.arguments?.some(({ value }) => hasVariable(value))) return undefined;
  try {
    const args = getArgumentValues(definition, node, variableValues, undefined, hideSuggestions);
    return Object.values(args).every(isPrimitive) ? Object.freeze(args) : undefined;
  } catch {
    return undefined;
  }
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}
