import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLBoolean,
  GraphQLEnumType,
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

/** Completes the compilable fields of a row, with null for all others; undefined for a source that needs the planned executor. */
export type CompiledRow = (source: unknown) => Record<string, unknown> | undefined;

/** The selection on one object type at one place of a document: the same for all rows. */
export type SelectionPlan = {
  type: GraphQLObjectType;
  fields: readonly PlannedField[];
  /** The keys of a row in their order, with null for each field and the constant values. */
  emptyRow: Readonly<Record<string, unknown>>;
  /** The weight of a row in the limit on the fields of a response. */
  weight: number;
  /** The number of fields that do more than read a property. */
  resolvedFields: number;
  /** Fields that `compiledRow` leaves null. */
  uncompiledFields: readonly PlannedField[];
  /** The compiled function for all other fields, once enough rows were counted. */
  compiledRow: CompiledRow | undefined;
  rows: number;
};

/** A field of a selection with what is known about it before execution. */
export type PlannedField = {
  /** The key in the response. */
  name: string;
  details: FieldDetailsList;
  nodes: readonly FieldNode[];
  definition: GraphQLField<unknown, unknown>;
  shape: OutputShape;
  /** The arguments, where they depend on no variable. */
  args: Readonly<Record<string, unknown>> | undefined;
  /** The scalar or enum of a field that only reads a property, as nearly all fields do. */
  plain: GraphQLLeafType | undefined;
  /** The name of the property that Pothos exposes as this field. */
  exposed: string | undefined;
};

/** How values of one output type are completed. */
export type OutputShape = {
  type: GraphQLOutputType;
  isNonNull: boolean;
  leaf: GraphQLLeafType | undefined;
  /** The `typeof` of values that the leaf type puts into the response unchanged. */
  passThroughTypeof: string | undefined;
  item: OutputShape | undefined;
  /** The object type, if it has no `isTypeOf` check. */
  object: GraphQLObjectType | undefined;
  abstract: GraphQLAbstractType | undefined;
  /** The plan of the selection below, created for the first object; for an abstract type, one plan by type name. */
  plan: SelectionPlan | undefined;
  plans: Map<string, SelectionPlan> | undefined;
};

const passThroughTypes = new Map<GraphQLLeafType, string>([
  [GraphQLString, 'string'],
  [GraphQLID, 'string'],
  [GraphQLBoolean, 'boolean'],
  [GraphQLInt, 'number'],
  [GraphQLFloat, 'number'],
]);

/** Types that a compiled row may pass through; objects may be promises or errors. */
export const passedThroughTypes = new Set<string | undefined>(['string', 'number', 'boolean']);

/** Whether the values of a field can be completed by generated code: unchanged, or by the names of an enum. */
export function isCompilable({ plain, shape }: PlannedField): boolean {
  return plain instanceof GraphQLEnumType || (plain !== undefined && passedThroughTypes.has(shape.passThroughTypeof));
}

/** Creates the plan of one selection on one object type. @param selection the collected fields by their response keys */
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
  const resolvedFields = fields.filter(({ plain }) => plain === undefined).length;
  // A row that is copied from a parsed object has all keys in one shape, and `__proto__` is a key like any other.
  const emptyRow = JSON.parse(`{${keys.join(',')}}`);
  return { type, fields, emptyRow, weight, resolvedFields, uncompiledFields, compiledRow: undefined, rows: 0 };
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

/** A scalar of this project declares the type that it passes through in its extensions. */
function passedBy(leaf: GraphQLLeafType): string | undefined {
  const { passes } = leaf.extensions;
  return typeof passes === 'string' ? passes : passThroughTypes.get(leaf);
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
