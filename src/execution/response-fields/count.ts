import {
  type FieldNode,
  GraphQLDeferDirective,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql';
import { fieldWeight } from '../field-weight.ts';
import { isIncluded } from '../inclusion.ts';
import { type IntrospectionLists, introspectionLists } from './introspection-lists.ts';
import { rowsOf } from './rows.ts';

/** The operation to be counted, with its variables coerced. */
export type CountedOperation = Pick<ValidatedExecutionArgs, 'schema' | 'operation' | 'fragments' | 'variableValues'>;

/**
 * Length assumed for a list that no argument bounds, such as the policies or segments of a contact. The executor counts
 * the fields that are really completed as well, so that a longer list does not pass the limit.
 */
const assumedListLength = 10;

/** Lists of introspection through which all types, fields and arguments of the schema are reached exactly once. */
const complete = new Set([
  '__Schema.types',
  '__Schema.directives',
  '__Type.fields',
  '__Type.inputFields',
  '__Type.enumValues',
  '__Field.args',
  '__Directive.args',
]);

/** What a field says about the lists below it. */
type Scope = {
  /** Rows of the page, ids or inputs that the field's arguments ask for. */
  readonly rows: number | undefined;
  /** Whether the object stands for all objects of its introspection type, one after the other. */
  readonly isComplete: boolean;
};

/**
 * Counts, before an operation is executed, how many fields and list items its answer can have at most: fragments are
 * followed, aliases are counted, `@skip` and `@include` are evaluated, and lists are multiplied by the page size or the
 * number of ids that the arguments ask for. Time is linear in the document times the types that a selection applies to:
 * the count of a selection set is computed once for each type.
 *
 * The count is never smaller than the answer, as long as lists without a page size have at most `assumedListLength`
 * items. It is larger where an object is selected several times under the same key: its selections are added up.
 *
 * @param maxPageSize rows of a page whose size is not given or is out of range
 * @param deferWeight the number of fields that each `@defer` on a selected object counts for
 */
export function countResponseFields(operation: CountedOperation, maxPageSize: number, deferWeight = 0): number {
  const { schema, operation: definition } = operation;
  const root = schema.getRootType(definition.operation);
  if (root == null) return 0;
  const counter = new FieldCounter(operation, maxPageSize, deferWeight);
  return Math.ceil(counter.countObject(root, definition.selectionSet, { rows: undefined, isComplete: false }));
}

class FieldCounter {
  readonly #operation: CountedOperation;
  readonly #maxPageSize: number;
  readonly #deferWeight: number;
  /** Counts by selection set, then by type; the scope of a selection set is that of its field, but for introspection. */
  readonly #counted = new Map<SelectionSetNode, Map<string, number>>();
  #introspection: IntrospectionLists | undefined;

  constructor(operation: CountedOperation, maxPageSize: number, deferWeight: number) {
    this.#operation = operation;
    this.#maxPageSize = maxPageSize;
    this.#deferWeight = deferWeight;
  }

  countObject(type: GraphQLObjectType, selectionSet: SelectionSetNode, scope: Scope): number {
    let byType = this.#counted.get(selectionSet);
    if (byType === undefined) {
      byType = new Map();
      this.#counted.set(selectionSet, byType);
    }
    const key = `${type.name} ${scope.isComplete}`;
    let count = byType.get(key);
    if (count === undefined) {
      count = this.#countFields(type, selectionSet, scope);
      byType.set(key, count);
    }
    return count;
  }

  #countFields(type: GraphQLObjectType, selectionSet: SelectionSetNode, scope: Scope): number {
    const fields = new Map<string, FieldNode[]>();
    let count = this.#deferWeight * this.#collect(type, selectionSet, fields, new Set());
    for (const nodes of fields.values()) {
      const field = this.#operation.schema.getField(type, nodes[0]?.name.value ?? '');
      if (field === undefined) continue;
      count += fieldWeight(type, field);
      for (const node of nodes) count += this.#countValue(type, field, node, scope);
    }
    return count;
  }

  /**
   * Collects the fields of one object by their keys in the answer; each fragment once, as the execution does.
   *
   * @returns the number of its fragments that are deferred
   */
  #collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    fields: Map<string, FieldNode[]>,
    spread: Set<string>,
  ): number {
    let deferred = 0;
    for (const selection of selections) {
      if (!isIncluded(selection, this.#operation.variableValues)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(key);
        if (nodes === undefined) fields.set(key, [selection]);
        else nodes.push(selection);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragmentOf(selection, spread);
      if (fragment === undefined || !this.#applies(fragment.typeCondition, type)) continue;
      if (selection.directives?.some(({ name }) => name.value === GraphQLDeferDirective.name)) deferred += 1;
      deferred += this.#collect(type, fragment.selectionSet, fields, spread);
    }
    return deferred;
  }

  #fragmentOf({ name: { value: name } }: { name: { value: string } }, spread: Set<string>) {
    if (spread.has(name)) return undefined;
    spread.add(name);
    return this.#operation.fragments[name]?.definition;
  }

  #applies(condition: NamedTypeNode | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition.name.value === type.name) return true;
    const { schema } = this.#operation;
    const conditional = schema.getType(condition.name.value);
    return isAbstractType(conditional) && schema.isSubType(conditional, type);
  }

  /** Counts what is below one field of an object, without the field itself. */
  #countValue(
    parent: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    { rows, isComplete }: Scope,
  ): number {
    if (node.selectionSet === undefined && !isListType(getNullableType(field.type))) return 0;
    const { variableValues } = this.#operation;
    const position = `${parent.name}.${field.name}`;
    const own = rowsOf(field, node, variableValues.coerced, this.#maxPageSize);
    const length = this.#introspectedLength(position, isComplete) ?? own ?? rows ?? assumedListLength;
    const below: Scope = {
      rows: isListType(getNullableType(field.type)) ? undefined : own,
      isComplete: field.name === '__schema' || (isComplete && complete.has(position)),
    };
    const item = node.selectionSet === undefined ? 0 : this.#countLargest(field.type, node.selectionSet, below);
    return timesLists(field.type, length, item);
  }

  /** Counts an item of a field: of an interface or union, the object type with the most fields. */
  #countLargest(type: GraphQLOutputType, selectionSet: SelectionSetNode, scope: Scope): number {
    const named = getNamedType(type);
    if (isObjectType(named)) return this.countObject(named, selectionSet, scope);
    const possible = isAbstractType(named) ? this.#operation.schema.getPossibleTypes(named) : [];
    return Math.max(0, ...possible.map((object) => this.countObject(object, selectionSet, scope)));
  }

  #introspectedLength(position: string, isComplete: boolean): number | undefined {
    if (!position.startsWith('__')) return undefined;
    this.#introspection ??= introspectionLists(this.#operation.schema);
    return this.#introspection.get(position)?.[isComplete ? 'average' : 'largest'];
  }
}

/** Counts the items of a list, and of lists in it, with what is in each item. */
function timesLists(type: GraphQLOutputType, length: number, item: number): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? length * (1 + timesLists(nullable.ofType, length, item)) : item;
}
