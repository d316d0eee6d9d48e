import type {
  DocumentNode,
  FieldNode,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
  ValidatedExecutionArgs,
} from 'graphql';
import {
  collectFields,
  collectSubfields,
  type FieldDetailsList,
  type GroupedFieldSet,
} from 'graphql/execution/collectFields.js';
import { type Plan, planOf } from './plan.ts';
import { type Survey, surveyOf } from './survey.ts';

/** What is planned of a document for one set of conditions, as far as there was something to plan for. */
export type Plans = {
  root(args: ValidatedExecutionArgs, type: GraphQLObjectType): Plan;
  below(args: ValidatedExecutionArgs, type: GraphQLObjectType, details: FieldDetailsList): Plan;
};

type Kept = { schema: GraphQLSchema; survey: Survey; variants: Map<string, Plans>; fields: number };

/** Plans live as long as their document, which the cache of parsed documents bounds by characters. */
const kept = new WeakMap<DocumentNode, Kept>();

/**
 * Fields that may stay planned for each character of a document: what is spread under many names, or depends on many
 * conditions, is planned again rather than kept without bound.
 */
const fieldsPerCharacter = 1 / 4;

/** The plans for a document and the conditions in its variables; nothing for one that only graphql itself can execute. */
export function plansFor({ schema, document, variableValues }: ValidatedExecutionArgs): Plans | undefined {
  let entry = kept.get(document);
  if (entry === undefined || entry.schema !== schema) {
    entry = { schema, survey: surveyOf(document), variants: new Map(), fields: 0 };
    kept.set(document, entry);
  }
  const { isPlannable, conditions } = entry.survey;
  if (!isPlannable) return undefined;
  const variant = conditions.map((name) => String(variableValues.coerced[name])).join();
  let plans = entry.variants.get(variant);
  if (plans === undefined) {
    plans = createPlans(entry, document.loc?.end ?? 0);
    entry.variants.set(variant, plans);
  }
  return plans;
}

function createPlans(entry: Kept, characters: number): Plans {
  const roots = new Map<OperationDefinitionNode, Plan>();
  const below = new Map<FieldDetailsList, Map<GraphQLObjectType, Plan>>();
  const known = new Map<FieldNode | undefined, Plan[]>();

  /** One plan for what is the same selection: a fragment that is spread under twenty names. */
  function plan(args: ValidatedExecutionArgs, type: GraphQLObjectType, selection: GroupedFieldSet): Plan {
    const [first] = selection.values();
    const alike = known.get(first?.[0]?.node);
    const same = alike?.find((plan) => plan.type === type && isSame(plan.selection, selection));
    if (same !== undefined) return same;
    const made = planOf(args, type, selection);
    if (alike === undefined) known.set(first?.[0]?.node, [made]);
    else alike.push(made);
    entry.fields += 1 + selection.size;
    // Whoever executes goes on with what there is; the next operation begins anew.
    if (entry.fields > characters * fieldsPerCharacter) kept.delete(args.document);
    return made;
  }

  return {
    root(args, type) {
      const known = roots.get(args.operation);
      if (known !== undefined) return known;
      const { schema, fragments, variableValues, operation, hideSuggestions } = args;
      const { selectionSet } = operation;
      const { groupedFieldSet } = collectFields(schema, fragments, variableValues, type, selectionSet, hideSuggestions);
      const made = plan(args, type, groupedFieldSet);
      roots.set(operation, made);
      return made;
    },
    below(args, type, details) {
      let byType = below.get(details);
      if (byType === undefined) {
        byType = new Map();
        below.set(details, byType);
      }
      const known = byType.get(type);
      if (known !== undefined) return known;
      const { schema, fragments, variableValues, hideSuggestions } = args;
      const { groupedFieldSet } = collectSubfields(schema, fragments, variableValues, type, details, hideSuggestions);
      const made = plan(args, type, groupedFieldSet);
      byType.set(type, made);
      return made;
    },
  };
}

function isSame(one: GroupedFieldSet, other: GroupedFieldSet): boolean {
  if (one.size !== other.size) return false;
  const others = other.entries();
  for (const [name, details] of one) {
    const [otherName, otherDetails] = others.next().value ?? [];
    if (name !== otherName || details.length !== otherDetails?.length) return false;
    if (details.some(({ node }, index) => node !== otherDetails[index]?.node)) return false;
  }
  return true;
}
