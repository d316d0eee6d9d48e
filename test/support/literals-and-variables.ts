import type { TestGateway } from './gateway.ts';

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** Writes a value as a literal of GraphQL; a text in upper case is the value of an enum. */
function literal(value: Value): string {
  if (typeof value === 'string' && /^[A-Z_]{3,}$/.test(value)) return value;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${name}: ${literal(inner)}`)
    .join(', ')}}`;
}

/**
 * Sends the arguments of one field once as literals and once as variables.
 *
 * @param field its name, and its selection after a space
 * @param types the types of the arguments, by their names
 */
export async function send(
  stack: TestGateway | undefined,
  field: string,
  types: Record<string, string>,
  args: Record<string, Value>,
) {
  if (stack === undefined) throw new Error('no such environment');
  const [name = '', selection = ''] = field.split(' ');
  const write = (expressionOf: (arg: string) => string) =>
    `${name}(${Object.keys(args)
      .map((arg) => `${arg}: ${expressionOf(arg)}`)
      .join(', ')}) ${selection}`;
  const definitions = Object.keys(args)
    .map((arg) => `$${arg}: ${types[arg]}`)
    .join(', ');
  return [
    await stack.query(`{ viewer { __typename } ${write((arg) => literal(args[arg] ?? null))} }`),
    await stack.query(`query (${definitions}) { viewer { __typename } ${write((arg) => `$${arg}`)} }`, args),
  ];
}
