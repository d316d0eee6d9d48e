import { type FieldNode, type GraphQLArgument, type GraphQLField, Kind, type ValueNode } from 'graphql';

/** Values of an operation's variables after coercion. */
export type Variables = Readonly<Record<string, unknown>>;

/** Arguments that say how many rows a field returns: by their number, or by the length of their list. */
export const sizeArguments: ReadonlySet<string> = new Set(['first', 'last', 'ids', 'inputs']);

/**
 * How many rows the arguments of a field ask for.
 *
 * @param maxPageSize rows of a page whose size is not given or is out of range
 * @returns undefined for a field whose arguments say nothing about rows
 */
export function rowsOf(
  { args }: GraphQLField<unknown, unknown>,
  { arguments: values = [] }: FieldNode,
  variables: Variables,
  maxPageSize: number,
): number | undefined {
  const sizes = args.filter(({ name }) => sizeArguments.has(name));
  if (sizes.length === 0) return undefined;
  const rows = sizes.flatMap((arg) => {
    const size = sizeOf(arg, values.find(({ name }) => name.value === arg.name)?.value, variables);
    if (size === undefined) return [];
    return size.isList || (size.rows >= 1 && size.rows <= maxPageSize) ? [size.rows] : [maxPageSize];
  });
  return rows.length === 0 ? maxPageSize : Math.max(...rows);
}

type Size = { rows: number; isList: boolean };

function sizeOf(arg: GraphQLArgument, node: ValueNode | undefined, variables: Variables): Size | undefined {
  if (node?.kind === Kind.NULL) return undefined;
  if (node?.kind === Kind.LIST) return { rows: node.values.length, isList: true };
  if (node?.kind === Kind.INT) return { rows: Number(node.value), isList: false };
  // Any other literal is one item, which is coerced to a list of one.
  if (node !== undefined && node.kind !== Kind.VARIABLE) return { rows: 1, isList: true };
  const value = (node && variables[node.name.value]) ?? (arg.default?.value as unknown) ?? arg.defaultValue;
  if (Array.isArray(value)) return { rows: value.length, isList: true };
  return typeof value === 'number' ? { rows: value, isList: false } : undefined;
}
