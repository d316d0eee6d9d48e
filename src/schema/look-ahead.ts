import {
  type ASTNode,
  BREAK,
  type FieldNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Context } from '../context.ts';
import type { Branch } from '../resolvers/contact.ts';
import { unwrapScalarInput } from '../resolvers/input/scalar-input.ts';
import { type Access, accessOf, isAllowed } from './access.ts';

/** Marks a field of Contact as a branch: it has an upstream call of its own, which starts as soon as the id is known. */
export function branch(name: Branch): { branch: Branch } {
  return { branch: name };
}

/** A branch that a document selects, and who may read it. */
type Selected = { readonly name: Branch; readonly access: Access };

/** By the first of the fields that select it: what is selected where no variable has a part in it. */
const constant = new WeakMap<FieldNode, { nodes: readonly FieldNode[]; selected: readonly Selected[] }>();

/**
 * The branches that an operation selects on the contact that a field returns. Knowing them before the contact is
 * there lets all their upstream calls start at once; those that the caller may not read are never started.
 *
 * @throws {BadUserInput} for an argument of a branch that cannot be read: nothing is asked for then
 */
export function selectedBranches(info: GraphQLResolveInfo, { caller }: Context): readonly Branch[] {
  return mayBeUsed(selectedBy(info, onContact), caller);
}

/**
 * The branches that an operation selects on the rows of the connection that a field returns: each row makes a call for
 * each of them. What is wrong with their arguments each row says itself.
 */
export function selectedBranchesOfRows(info: GraphQLResolveInfo, { caller }: Context): readonly Branch[] {
  return mayBeUsed(selectedBy(info, onRows), caller);
}

function mayBeUsed(selected: readonly Selected[], caller: Context['caller']): readonly Branch[] {
  const branches = new Set<Branch>();
  for (const { name, access } of selected) if (isAllowed(access, caller)) branches.add(name);
  return [...branches];
}

/** Found once for a document, whose nodes are the same in each of its operations. */
function selectedBy(info: GraphQLResolveInfo, where: Where): readonly Selected[] {
  const { fieldNodes } = info;
  const [first] = fieldNodes;
  const known = first && constant.get(first);
  if (known?.nodes.length === fieldNodes.length && known.nodes.every((node, index) => node === fieldNodes[index])) {
    return known.selected;
  }
  const found = findSelected(info, where);
  if (first !== undefined && found.isConstant) constant.set(first, { nodes: [...fieldNodes], ...found });
  return found.selected;
}

function findSelected(info: GraphQLResolveInfo, where: Where): { selected: readonly Selected[]; isConstant: boolean } {
  const contact = info.schema.getType('Contact');
  if (!(contact instanceof GraphQLObjectType)) return { selected: [], isConstant: false };
  const selected: Selected[] = [];
  const fields = contact.getFields();
  const walk: Walk = { info, spread: new Set(), isConstant: true };
  for (const node of info.fieldNodes) {
    for (const field of where(node, walk)) {
      const definition = fields[field.name.value];
      const name = definition?.extensions['branch'];
      if (definition === undefined || name === undefined) continue;
      if (where === onContact) checkArguments(definition, field, walk);
      const access = accessOf(definition);
      if (access !== undefined) selected.push({ name: name as Branch, access }); // put there by `branch`
    }
  }
  return { selected, isConstant: walk.isConstant };
}

function checkArguments(definition: GraphQLField<unknown, unknown>, field: FieldNode, walk: Walk): void {
  for (const value of Object.values(getArgumentValues(definition, field, walk.info.variableValues)))
    unwrapScalarInput(value);
  if (field.arguments?.some(hasVariable)) walk.isConstant = false;
}

/** The fields of contacts below a field that returns one, or a connection of them. */
type Where = (node: FieldNode, walk: Walk) => Iterable<FieldNode>;

const onContact: Where = ({ selectionSet }, walk) => fieldsOf(selectionSet, walk);

/** What is on the way to the rows of a connection. */
const steps = new Set(['edges', 'node', 'nodes']);

function* onRows({ selectionSet }: FieldNode, walk: Walk): Generator<FieldNode> {
  for (const field of fieldsOf(selectionSet, walk)) {
    if (steps.has(field.name.value)) yield* onRows(field, walk);
    else yield field;
  }
}

/** `spread` are the fragments that were walked; `isConstant` until something depends on a variable. */
type Walk = { readonly info: GraphQLResolveInfo; readonly spread: Set<string>; isConstant: boolean };

/**
 * The fields of a selection, through fragments of any type: one too many would only be started for nothing.
 *
 * Each fragment is walked once, as the execution does: thirty that each spread the next one twice are a billion walks.
 */
function* fieldsOf(selectionSet: SelectionSetNode | undefined, walk: Walk): Generator<FieldNode> {
  const { info, spread } = walk;
  for (const selection of selectionSet?.selections ?? []) {
    if (!isIncluded(selection, walk)) continue;
    if (selection.kind === 'Field') yield selection;
    else if (selection.kind === 'InlineFragment') yield* fieldsOf(selection.selectionSet, walk);
    else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      yield* fieldsOf(info.fragments[selection.name.value]?.selectionSet, walk);
    }
  }
}

function isIncluded(selection: SelectionNode, walk: Walk): boolean {
  if (!selection.directives?.length) return true;
  walk.isConstant = false;
  const { variableValues } = walk.info;
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] !== false
  );
}

function hasVariable(node: ASTNode): boolean {
  let isFound = false;
  visit(node, {
    Variable() {
      isFound = true;
      return BREAK;
    },
  });
  return isFound;
}
