import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { enumTable, fieldTable, inputTable } from './tables.ts';
import { linkToType, toCell } from './text.ts';

type Section = { readonly title: string; readonly holds: (type: GraphQLNamedType, schema: GraphQLSchema) => boolean };

const isRoot = (type: GraphQLNamedType, schema: GraphQLSchema) =>
  type === schema.getQueryType() || type === schema.getMutationType();
const isGenericType = (type: GraphQLNamedType) => /(Connection|Edge|Payload)$/.test(type.name) && isObjectType(type);

/** The sections of the page; a type stands in the first that holds it. */
const sections: readonly Section[] = [
  { title: 'Queries and mutations', holds: isRoot },
  { title: 'Interfaces and unions', holds: (type) => isInterfaceType(type) || isUnionType(type) },
  { title: 'Objects', holds: (type) => isObjectType(type) && !isGenericType(type) },
  { title: 'Connections, edges and payloads', holds: isGenericType },
  { title: 'Inputs', holds: isInputObjectType },
  { title: 'Enums', holds: isEnumType },
  { title: 'Scalars', holds: (type) => isScalarType(type) && !isSpecifiedScalarType(type) },
];

const introduction = `# Schema

All types of the graph, generated from the schema by \`npm run schema\`; the same in the schema definition language is
[\`schema.graphql\`](../schema.graphql). *Cost* is the number of upstream calls that a field adds to an operation at most
([limits.md](limits.md#cost-in-upstream-calls)); a field without it adds none. *Scopes* are what a caller needs
([auth.md](auth.md)).`;

/** Returns the Markdown of docs/schema.md. */
export function toSchemaPage(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const printed = new Set<GraphQLNamedType>();
  const parts = sections.map(({ title, holds }) => {
    const own = types.filter((type) => !printed.has(type) && holds(type, schema));
    for (const type of own) printed.add(type);
    return [`## ${title}`, ...own.map((type) => toTypeText(type, schema))].join('\n\n');
  });
  return `${[introduction, ...parts].join('\n\n')}\n`;
}

function toTypeText(type: GraphQLNamedType, schema: GraphQLSchema): string {
  const parts = [`### ${type.name}`, toCell(type.description)];
  if ((isObjectType(type) || isInterfaceType(type)) && type.getInterfaces().length > 0) {
    parts.push(`Implements ${type.getInterfaces().map(linkToType).join(', ')}.`);
  }
  if (isInterfaceType(type) || isUnionType(type)) {
    parts.push(`Possible types: ${schema.getPossibleTypes(type).map(linkToType).join(', ')}.`);
  }
  if (isScalarType(type) && type.specifiedByURL) parts.push(`Specified by <${type.specifiedByURL}>.`);
  if (isInputObjectType(type) && type.isOneOf) parts.push('Exactly one of the fields is required.');
  if (isObjectType(type) || isInterfaceType(type)) parts.push(fieldTable(type));
  if (isInputObjectType(type)) parts.push(inputTable(type));
  if (isEnumType(type)) parts.push(enumTable(type));
  return parts.filter((part) => part !== '').join('\n\n');
}
