import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLBoolean,
  type GraphQLField,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  TypeNameMetaFieldDef,
  type ValidatedExecutionArgs,
} from 'graphql';
import type { FieldDetailsList, GroupedFieldSet } from 'graphql/execution/collectFields.js';
import { findConstantArguments } from './constant-arguments.ts';
import { exposedProperty, fieldWeight } from './field-weight.ts';
import { type CompiledRow, isCompilable } from './row-compiler.ts';

/** What all rows of one type have in common. */
export type SelectionPlan = {
  type: GraphQLObjectType;
  fields: readonly PlannedField[];
  /** A row before its fields are there: the keys in their order, and what never changes. */
  emptyRow: Readonly<Record<string, unknown>>;
  /** What a row counts for in the limit on the fields of an answer. */
  weight: number;
  /** Fields that `compiledRow` leaves null. */
  uncompiledFields: readonly PlannedField[];
  /** Fills all others, once some rows have been counted. */
  compiledRow: CompiledRow | undefined;
  rows: number;
};

export type PlannedField = {
  /** The key in the answer. */
  name: string;
  details: FieldDetailsList;
  nodes: readonly FieldNode[];
  definition: GraphQLField<unknown, unknown>;
  shape: OutputShape;
  /** Where no variable has a part in them. */
  args: Readonly<Record<string, unknown>> | undefined;
  /** The scalar or enum of a field that only reads a property, which is nearly every field. */
  plain: GraphQLLeafType | undefined;
  /** The property, where Pothos exposes it: as it is, and by another name perhaps. */
  exposed: string | undefined;
};

/** How a value of a type becomes part of the answer. */
export type OutputShape = {
  type: GraphQLOutputType;
  isNonNull: boolean;
  leaf: GraphQLLeafType | undefined;
  /** The `typeof` of values that the leaf gives out as they are. */
  passThroughTypeof: string | undefined;
  item: OutputShape | undefined;
  /** An object that needs no asking whether it is one of its type. */
  object: GraphQLObjectType | undefined;
  abstract: GraphQLAbstractType | undefined;
  /** What is selected on the object, once a first one has come; on those of an abstract type, by the names of their types. */
  plan: SelectionPlan | undefined;
  plans: Map<string, SelectionPlan> | undefined;
};

const passing = new Map<GraphQLLeafType, string>([
  [GraphQLString, 'string'],
  [GraphQLID, 'string'],
  [GraphQLBoolean, 'boolean'],
  [GraphQLInt, 'number'],
  [GraphQLFloat, 'number'],
]);

export function createSelectionPlan(
  args: ValidatedExecutionArgs,
  type: GraphQLObjectType,
  selection: GroupedFieldSet,
): SelectionPlan {
  const fields: PlannedField[] = [];
  const keys: string[] = [];
  let weight = 0;
  for (const [name, details] of selection) {
    const definition = args.schema.getField(type, details[0]?.node.name.value ?? '');
    if (definition === undefined) continue; // as graphql does
    weight += fieldWeight(type, definition);
    keys.push(`"${name}":${definition === TypeNameMetaFieldDef ? JSON.stringify(type.name) : null}`);
    if (definition !== TypeNameMetaFieldDef) fields.push(fieldOf(args, name, details, definition));
  }
  const uncompiledFields = fields.filter((field) => !isCompilable(field));
  // Parsed and copied, a row has all its keys from the beginning, in one shape, and `__proto__` is a key like any other.
  const emptyRow = JSON.parse(`{${keys.join(',')}}`);
  return { type, fields, emptyRow, weight, uncompiledFields, compiledRow: undefined, rows: 0 };
}

function fieldOf(
  args: ValidatedExecutionArgs,
  name: string,
  details: FieldDetailsList,
  definition: GraphQLField<unknown, unknown>,
): PlannedField {
  const nodes = details.map(({ node }) => node);
  const shape = shapeOf(definition.type);
  const constant = findConstantArguments(definition, nodes[0], args);
  const exposed = exposedProperty(definition);
  const isDefault = (definition.resolve ?? defaultFieldResolver) === defaultFieldResolver;
  const isRead = constant !== undefined && (isDefault || exposed !== undefined);
  return { name, details, nodes, definition, shape, args: constant, plain: isRead ? shape.leaf : undefined, exposed };
}

/** A scalar of ours says itself what it gives out as it is. */
function passedBy(leaf: GraphQLLeafType): string | undefined {
  const { passes } = leaf.extensions;
  return typeof passes === 'string' ? passes : passing.get(leaf);
}

function shapeOf(type: GraphQLOutputType): OutputShape {
  const nullable = getNullableType(type);
  const leaf = isLeafType(nullable) ? nullable : undefined;
  return {
    type,
    isNonNull: type instanceof GraphQLNonNull,
    leaf,
    passThroughTypeof: leaf && passedBy(leaf),
    item: isListType(nullable) ? shapeOf(nullable.ofType) : undefined,
    object: isObjectType(nullable) && nullable.isTypeOf == null ? nullable : undefined,
    abstract: isAbstractType(nullable) ? nullable : undefined,
    plan: undefined,
    plans: isAbstractType(nullable) ? new Map() : undefined,
  };
}
