import {
  type ASTNode,
  BREAK,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Context } from '../context.ts';
import type { EventFilter } from '../model.ts';
import type { PageArgs } from '../resolvers/connection.ts';
import type { Branch, SelectedBranch } from '../resolvers/contact.ts';
import { type Access, accessOf, isAllowed } from './access.ts';
import type { branch } from './branch.ts';

/** A branch that a document selects, and its access. */
type Selected = SelectedBranch & { readonly access: Access };

/** Selected branches that depend on no variable, by the first field node of the selection. */
const constantSelections = new WeakMap<FieldNode, { nodes: readonly FieldNode[]; selected: readonly Selected[] }>();

/**
 * Finds the branches that an operation selects on the contact that a field returns, so that all their upstream calls start
 * together with the contact's own. Branches that the caller may not read are left out, and those with invalid arguments:
 * they make no upstream call, and the error is that of their own field.
 */
export function selectedBranches(info: GraphQLResolveInfo, context: Context): readonly SelectedBranch[] {
  return selectedBy(info, onContact, context).filter(({ access }) => isAllowed(access, context.caller));
}

/** Does the same for a field that returns an edge of a contact. */
export function selectedBranchesOfEdge(info: GraphQLResolveInfo, context: Context): readonly SelectedBranch[] {
  return selectedBy(info, onRows, context).filter(({ access }) => isAllowed(access, context.caller));
}

/**
 * Finds the branches that an operation selects on the rows of a connection: each row makes one call for each of them, unless
 * its arguments are invalid.
 */
export function selectedBranchesOfRows(info: GraphQLResolveInfo, context: Context): readonly Branch[] {
  return allowedBranches(selectedBy(info, onRows, context), context.caller);
}

/**
 * Counts the upstream calls that an operation makes for each event of a connection: one for its contact, if that is
 * selected, and one for each branch of the contact.
 */
export function callsPerEvent(info: GraphQLResolveInfo, context: Context): number {
  const traversal: Traversal = { info, spread: new Set(), isConstant: true };
  const selectsContact = info.fieldNodes.some((node) =>
    [...onRows(node, traversal)].some(({ name }) => name.value === 'contact'),
  );
  return selectsContact ? 1 + allowedBranches(selectedBy(info, onEventContacts, context), context.caller).length : 0;
}

function allowedBranches(selected: readonly Selected[], caller: Context['caller']): readonly Branch[] {
  const branches = new Set<Branch>();
  for (const { name, access } of selected) if (isAllowed(access, caller)) branches.add(name);
  return [...branches];
}

/** Computes the selection once for a parsed document, whose field nodes are the same in each operation. */
function selectedBy(info: GraphQLResolveInfo, where: Where, context: Context): readonly Selected[] {
  const { fieldNodes } = info;
  const [first] = fieldNodes;
  const known = first && constantSelections.get(first);
  if (known?.nodes.length === fieldNodes.length && known.nodes.every((node, index) => node === fieldNodes[index])) {
    return known.selected;
  }
  const found = findSelected(info, where, context);
  if (first !== undefined && found.isConstant) constantSelections.set(first, { nodes: [...fieldNodes], ...found });
  return found.selected;
}

function findSelected(
  info: GraphQLResolveInfo,
  where: Where,
  context: Context,
): { selected: readonly Selected[]; isConstant: boolean } {
  const contact = info.schema.getType('Contact');
  if (!(contact instanceof GraphQLObjectType)) return { selected: [], isConstant: false };
  const selected: Selected[] = [];
  const fields = contact.getFields();
  const traversal: Traversal = { info, spread: new Set(), isConstant: true };
  for (const node of info.fieldNodes) {
    for (const field of where(node, traversal)) {
      const definition = fields[field.name.value];
      const name = definition?.extensions['branch'];
      if (definition === undefined || name === undefined) continue;
      const access = accessOf(definition);
      const args = parseArguments(definition, field, traversal, context);
      if (access !== undefined && args !== undefined)
        selected.push({ name: name as Branch, access, filter: args.filter ?? {} }); // set by `branch`
    }
  }
  return { selected, isConstant: traversal.isConstant };
}

/** @returns undefined for invalid arguments, and for those with which the field does not use its loader */
function parseArguments(
  definition: GraphQLField<unknown, unknown>,
  field: FieldNode,
  traversal: Traversal,
  context: Context,
): { filter?: EventFilter } | undefined {
  if (field.arguments?.some(hasVariable)) traversal.isConstant = false;
  const { parseArgs } = definition.extensions as ReturnType<typeof branch<PageArgs>>; // set by `branch`
  try {
    const parsed = parseArgs(getArgumentValues(definition, field, traversal.info.variableValues), context);
    if (parsed === null) return undefined;
    return (parsed ?? {}) as { filter?: EventFilter }; // Only the arguments of events have a filter.
  } catch {
    return undefined; // the resolver of the field throws the same error
  }
}

/** Yields the selected fields of contacts below a field that returns a contact or a connection. */
type Where = (node: FieldNode, traversal: Traversal) => Iterable<FieldNode>;

const onContact: Where = ({ selectionSet }, traversal) => fieldsOf(selectionSet, traversal);

/** The fields between a connection and its rows. */
const connectionFields = new Set(['edges', 'node', 'nodes']);

function* onRows({ selectionSet }: FieldNode, traversal: Traversal): Generator<FieldNode> {
  for (const field of fieldsOf(selectionSet, traversal)) {
    if (connectionFields.has(field.name.value)) yield* onRows(field, traversal);
    else yield field;
  }
}

function* onEventContacts(node: FieldNode, traversal: Traversal): Generator<FieldNode> {
  for (const field of onRows(node, traversal)) {
    if (field.name.value === 'contact') yield* fieldsOf(field.selectionSet, traversal);
  }
}

/** The state of one traversal: `spread` holds the fragments that were visited; `isConstant` is false once a variable is involved. */
type Traversal = { readonly info: GraphQLResolveInfo; readonly spread: Set<string>; isConstant: boolean };

/**
 * Yields the fields of a selection and of its fragments, but for those on an organization, which have no contact.
 *
 * Each fragment is visited once, as in execution: thirty fragments that each spread the next one twice would be a billion visits.
 */
function* fieldsOf(selectionSet: SelectionSetNode | undefined, traversal: Traversal): Generator<FieldNode> {
  for (const selection of selectionSet?.selections ?? []) {
    if (!isIncluded(selection, traversal)) continue;
    if (selection.kind === 'Field') yield selection;
    else {
      const fragment = selection.kind === 'InlineFragment' ? selection : fragmentOf(selection, traversal);
      if (fragment !== undefined && !isForOrganization(fragment)) yield* fieldsOf(fragment.selectionSet, traversal);
    }
  }
}

function fragmentOf({ name }: FragmentSpreadNode, { info, spread }: Traversal): FragmentDefinitionNode | undefined {
  if (spread.has(name.value)) return undefined;
  spread.add(name.value);
  return info.fragments[name.value];
}

/** An organization has fields with names of branches. */
function isForOrganization({ typeCondition }: FragmentDefinitionNode | InlineFragmentNode): boolean {
  return typeCondition?.name.value === 'Organization';
}

function isIncluded(selection: SelectionNode, traversal: Traversal): boolean {
  if (!selection.directives?.length) return true;
  traversal.isConstant = false;
  const { variableValues } = traversal.info;
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
