import {
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  print,
  valueToLiteral,
} from 'graphql';
import type { Context } from '../../src/context.ts';
import { accessOf } from '../../src/schema/access.ts';
import { costOf, costsNothing } from '../../src/schema/call-cost.ts';
import { toCell, toTable, toTypeLink, withDeprecation } from './text.ts';

type Field = GraphQLField<unknown, Context>;
type Input = GraphQLArgument | GraphQLInputField;

/** Returns the table of the fields of a type, each with its arguments in the rows below it. */
export function fieldTable(type: GraphQLObjectType | GraphQLInterfaceType): string {
  const rows = Object.values(type.getFields()).flatMap((field) => [
    [`\`${field.name}\``, toTypeLink(field.type), descriptionOf(field)],
    ...field.args.map((arg) => [`↳ \`${arg.name}\``, typeAndDefault(arg), describeInput(arg)]),
  ]);
  return toTable(['field', 'type', 'description'], rows);
}

/** Returns the table of the fields of an input type. */
export function inputTable(type: GraphQLInputObjectType): string {
  const rows = Object.values(type.getFields()).map((field) => [
    `\`${field.name}\``,
    typeAndDefault(field),
    describeInput(field),
  ]);
  return toTable(['field', 'type', 'description'], rows);
}

/** Returns the table of the values of an enum. */
export function enumTable(type: GraphQLEnumType): string {
  const rows = type
    .getValues()
    .map(({ name, description, deprecationReason }) => [
      `\`${name}\``,
      withDeprecation(deprecationReason, description),
    ]);
  return toTable(['value', 'description'], rows);
}

function descriptionOf(field: Field): string {
  const cost = costOf(field);
  const { scopes = [] } = accessOf(field) ?? {};
  return [
    withDeprecation(field.deprecationReason, field.description),
    cost === undefined || cost === costsNothing.cost ? '' : `*Cost: ${toCell(cost.text)}.*`,
    scopes.length === 0 ? '' : `*Scopes: ${scopes.map((all) => all.map(code).join(' and ')).join(', or ')}.*`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function describeInput({ deprecationReason, description }: Input): string {
  return withDeprecation(deprecationReason, description);
}

function typeAndDefault({ type, default: defaultInput }: Input): string {
  const literal = defaultInput?.literal ?? (defaultInput && valueToLiteral(defaultInput.value, type));
  return literal === undefined ? toTypeLink(type) : `${toTypeLink(type)} = \`${print(literal)}\``;
}

function code(text: string): string {
  return `\`${text}\``;
}
