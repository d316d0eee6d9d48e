import {
  type FieldNode,
  GraphQLIncludeDirective,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from '../context.ts';
import type { Branch } from '../resolvers/contact.ts';
import { orThrow } from '../resolvers/given.ts';
import { accessOf, mayUse } from './access.ts';

/** Marks a field of Contact as a branch: it has an upstream call of its own, which starts as soon as the id is known. */
export function branch(name: Branch): { branch: Branch } {
  return { branch: name };
}

/**
 * The branches that an operation selects on the contact that a field returns. Knowing them before the contact is
 * there lets all their upstream calls start at once; those that the caller may not read are never started.
 *
 * @throws {BadUserInput} for an argument of a branch that cannot be read: nothing is asked for then
 */
export function selectedBranches(info: GraphQLResolveInfo, { caller }: Context): readonly Branch[] {
  const contact = info.schema.getType('Contact');
  if (!(contact instanceof GraphQLObjectType)) return [];
  const branches = new Set<Branch>();
  const fields = contact.getFields();
  const spread = new Set<string>();
  for (const node of info.fieldNodes) {
    for (const field of fieldsOf(node.selectionSet, info, spread)) {
      const definition = fields[field.name.value];
      const name = definition?.extensions['branch'];
      if (definition === undefined || name === undefined) continue;
      for (const value of Object.values(getArgumentValues(definition, field, info.variableValues))) orThrow(value);
      const access = accessOf(definition);
      if (access !== undefined && mayUse(access, caller)) branches.add(name as Branch); // put there by `branch`
    }
  }
  return [...branches];
}

/**
 * The fields of a selection, through fragments of any type: one too many would only be started for nothing.
 *
 * Each fragment is walked once, as the execution does: thirty that each spread the next one twice are a billion walks.
 */
function* fieldsOf(
  selectionSet: SelectionSetNode | undefined,
  info: GraphQLResolveInfo,
  spread: Set<string>,
): Generator<FieldNode> {
  for (const selection of selectionSet?.selections ?? []) {
    if (!isIncluded(selection, info)) continue;
    if (selection.kind === 'Field') yield selection;
    else if (selection.kind === 'InlineFragment') yield* fieldsOf(selection.selectionSet, info, spread);
    else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      yield* fieldsOf(info.fragments[selection.name.value]?.selectionSet, info, spread);
    }
  }
}

function isIncluded(selection: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  if (!selection.directives?.length) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] !== false
  );
}
