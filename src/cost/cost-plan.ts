import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql';
import { findConstantArguments } from '../execution/constant-arguments.ts';
import { isIncluded } from '../execution/inclusion.ts';
import { type Access, accessOf } from '../schema/access.ts';
import { type CallCost, costOf, costsNothing } from '../schema/call-cost.ts';

/** A field that costs calls, or below which fields do. */
export type CostField = {
  /** Its key in the answer. */
  readonly key: string;
  /** Its name in the schema, like `Contact.devices`. */
  readonly name: string;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly access: Access | undefined;
  readonly cost: CallCost | undefined;
  /** The arguments where they are the same in every operation of the document. */
  readonly constantArgs: Readonly<Record<string, unknown>> | undefined;
  readonly below: readonly FieldsOfType[];
};

/** What costs calls in an operation. */
export type CostPlan = {
  readonly fields: readonly CostField[];
  /** The number of its fields at all levels; those of a fragment count once. */
  readonly size: number;
};

/** The fields below a field for one type of object; the name of the type is undefined where it makes no difference. */
export type FieldsOfType = { readonly type: string | undefined; readonly fields: readonly CostField[] };

/**
 * Finds what costs calls in an operation, for one set of `@skip` and `@include` conditions. Fragments are followed, and
 * fields with the same key are one, as in the execution; what neither costs calls nor leads to them is left out. Each
 * selection set is read once for each type, so that time is linear in the document.
 */
export function createCostPlan(args: ValidatedExecutionArgs): CostPlan {
  const root = args.schema.getRootType(args.operation.operation);
  const planner = new Planner(args);
  const fields = root == null ? [] : planner.fieldsOf(args.operation.selectionSet, root);
  return { fields, size: planner.size };
}

type Found = {
  readonly key: string;
  readonly name: string;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: FieldNode[];
};

class Planner {
  /** The number of fields that were created so far. */
  size = 0;
  readonly #args: ValidatedExecutionArgs;
  readonly #planned = new Map<SelectionSetNode, Map<GraphQLCompositeType, readonly CostField[]>>();

  constructor(args: ValidatedExecutionArgs) {
    this.#args = args;
  }

  /** @param type an object type, or an interface for all of its types together */
  fieldsOf(selectionSet: SelectionSetNode, type: GraphQLCompositeType): readonly CostField[] {
    let byType = this.#planned.get(selectionSet);
    if (byType === undefined) {
      byType = new Map();
      this.#planned.set(selectionSet, byType);
    }
    let fields = byType.get(type);
    if (fields === undefined) {
      const found = new Map<string, Found>();
      this.#collect(selectionSet, type, found, new Set());
      fields = [...found.values()].flatMap((each) => this.#toField(each) ?? []);
      byType.set(type, fields);
    }
    return fields;
  }

  /** Collects the fields by their keys in the answer; each fragment once, as the execution does. */
  #collect(
    { selections }: SelectionSetNode,
    type: GraphQLCompositeType,
    found: Map<string, Found>,
    spread: Set<string>,
  ): void {
    const { fragments, variableValues } = this.#args;
    for (const selection of selections) {
      if (!isIncluded(selection, variableValues)) continue;
      if (selection.kind === Kind.FIELD) {
        this.#addField(selection, type, found);
        continue;
      }
      let fragment: FragmentDefinitionNode | InlineFragmentNode | undefined;
      if (selection.kind === Kind.INLINE_FRAGMENT) fragment = selection;
      else if (!spread.has(selection.name.value)) fragment = fragments[selection.name.value]?.definition;
      if (selection.kind === Kind.FRAGMENT_SPREAD) spread.add(selection.name.value);
      if (fragment === undefined) continue;
      const applied = this.#typeWithin(type, fragment.typeCondition?.name.value);
      if (applied !== undefined) this.#collect(fragment.selectionSet, applied, found, spread);
    }
  }

  #addField(node: FieldNode, type: GraphQLCompositeType, found: Map<string, Found>): void {
    const name = node.name.value;
    const definition = this.#args.schema.getField(type, name);
    if (definition === undefined) return;
    const key = node.alias?.value ?? name;
    // Two types of an interface may have different fields under one key.
    const known = found.get(`${key} ${name}`);
    if (known === undefined)
      found.set(`${key} ${name}`, { key, name: `${type.name}.${name}`, definition, nodes: [node] });
    else known.nodes.push(node);
  }

  /** The type of the objects that a fragment applies to; undefined where it applies to none. */
  #typeWithin(type: GraphQLCompositeType, condition: string | undefined): GraphQLCompositeType | undefined {
    const { schema } = this.#args;
    const conditional = condition === undefined ? type : schema.getType(condition);
    if (conditional === type || !isCompositeType(conditional)) return type;
    if (!isObjectType(type)) return conditional;
    return isAbstractType(conditional) && schema.isSubType(conditional, type) ? type : undefined;
  }

  #toField({ key, name, definition, nodes }: Found): CostField | undefined {
    const [node] = nodes;
    const type = getNamedType(definition.type);
    const below = isCompositeType(type)
      ? nodes.flatMap(({ selectionSet }) => this.#fieldsBelow(type, selectionSet))
      : [];
    const declared = costOf(definition);
    const cost = declared === costsNothing.cost ? undefined : declared;
    if (node === undefined || (cost === undefined && below.length === 0)) return undefined;
    const constantArgs = findConstantArguments(definition, node, this.#args);
    this.size += 1;
    return { key, name, node, definition, access: accessOf(definition), cost, constantArgs, below };
  }

  /** Nodes of different types cost different calls; events of all types cost the same. */
  #fieldsBelow(type: GraphQLCompositeType, selectionSet: SelectionSetNode | undefined): readonly FieldsOfType[] {
    if (selectionSet === undefined) return [];
    const types = type.name === 'Node' && isAbstractType(type) ? this.#args.schema.getPossibleTypes(type) : [type];
    return types
      .map((each) => ({ type: each === type ? undefined : each.name, fields: this.fieldsOf(selectionSet, each) }))
      .filter(({ fields }) => fields.length > 0);
  }
}
