import { type GraphQLNamedType, type GraphQLType, getNamedType, isSpecifiedScalarType } from 'graphql';

/** Returns a description as text of one line, which a cell of a table can hold. */
export function toCell(text: string | null | undefined): string {
  return (text ?? '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

/** Returns a link to the heading of a type, in a page that has all types. */
export function linkToType({ name }: GraphQLNamedType): string {
  return `[\`${name}\`](#${name.toLowerCase()})`;
}

/** Returns a type with its brackets and exclamation marks; its name is a link, unless GraphQL itself specifies it. */
export function toTypeLink(type: GraphQLType): string {
  const named = getNamedType(type);
  if (isSpecifiedScalarType(named)) return `\`${type}\``;
  const [before = '', after = ''] = String(type).split(named.name);
  const code = (text: string) => (text === '' ? '' : `\`${text}\``);
  return `${code(before)}${linkToType(named)}${code(after)}`;
}

/** Returns the reason of a deprecation in front of a description. */
export function withDeprecation(reason: string | null | undefined, description: string | null | undefined): string {
  const text = toCell(description);
  return reason == null ? text : `**Deprecated:** ${toCell(reason)} ${text}`.trimEnd();
}

/** Returns a table in Markdown. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
