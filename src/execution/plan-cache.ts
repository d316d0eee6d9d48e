import type {
  DocumentNode,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
  ValidatedExecutionArgs,
} from 'graphql';
import { collectFields, collectSubfields, type FieldDetailsList } from 'graphql/execution/collectFields.js';
import { LRUCache } from 'lru-cache';
import { analyzeDocument, type DocumentAnalysis } from './document-analysis.ts';
import { weighDocument } from './document-weight.ts';
import { createSelectionPlan, type SelectionPlan } from './plan.ts';
import { compileRow, rowsBeforeCompiling } from './row-compiler.ts';

/** What is planned of a document for one set of conditions, as far as there was something to plan for. */
export type DocumentPlans = {
  root(args: ValidatedExecutionArgs, type: GraphQLObjectType): SelectionPlan;
  below(args: ValidatedExecutionArgs, type: GraphQLObjectType, details: FieldDetailsList): SelectionPlan;
  /** Counts a row that is made without a maker; the plan of many gets one. */
  count(args: ValidatedExecutionArgs, plan: SelectionPlan): void;
};

type Kept = { schema: GraphQLSchema; survey: DocumentAnalysis; variants: Map<string, DocumentPlans>; bytes: number };

/**
 * What a plan and its maker take, as measured. A maker is 600 bytes for each field as text, bytecode and constants, and
 * 1,100 once V8 has optimized it. The parsed document that they belong to is weighed with them, because the cache may hold it
 * for longer than the cache of documents does.
 */
const bytes = { field: 450, made: 1_100 };

/**
 * DocumentPlans by document, which is the same object for the same text as long as the cache of parsed documents has it. One
 * that spreads much under many names, or depends on many conditions, is planned anew now and then.
 */
const kept = new LRUCache<DocumentNode, Kept>({
  max: 1_000,
  maxSize: 16_000_000,
  maxEntrySize: 4_000_000,
  sizeCalculation: (entry) => entry.bytes,
});

/** The plans for a document and the conditions in its variables; nothing for one that only graphql itself can execute. */
export function findPlans({ schema, document, variableValues }: ValidatedExecutionArgs): DocumentPlans | undefined {
  let entry = kept.get(document);
  if (entry === undefined || entry.schema !== schema) {
    entry = { schema, survey: analyzeDocument(document), variants: new Map(), bytes: weighDocument(document) };
    kept.set(document, entry);
  }
  const { isPlannable, conditions } = entry.survey;
  if (!isPlannable) return undefined;
  const variant = conditions.map((name) => String(variableValues.coerced[name])).join();
  let plans = entry.variants.get(variant);
  if (plans === undefined) {
    plans = createPlans(entry);
    entry.variants.set(variant, plans);
    grow(entry, document, bytes.field);
  }
  return plans;
}

/** Weighs what is kept again. Where it is too much, who executes goes on with what there is, and the next begins anew. */
function grow(entry: Kept, document: DocumentNode, by: number): void {
  entry.bytes += by;
  kept.delete(document);
  kept.set(document, entry);
}

function createPlans(entry: Kept): DocumentPlans {
  const roots = new Map<OperationDefinitionNode, SelectionPlan>();
  const below = new Map<FieldDetailsList, Map<GraphQLObjectType, SelectionPlan>>();
  return {
    root(args, type) {
      const known = roots.get(args.operation);
      if (known !== undefined) return known;
      const { schema, fragments, variableValues, operation, hideSuggestions } = args;
      const { selectionSet } = operation;
      const { groupedFieldSet } = collectFields(schema, fragments, variableValues, type, selectionSet, hideSuggestions);
      const plan = createSelectionPlan(args, type, groupedFieldSet);
      roots.set(operation, plan);
      grow(entry, args.document, bytes.field * (1 + plan.fields.length));
      return plan;
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
      const plan = createSelectionPlan(args, type, groupedFieldSet);
      byType.set(type, plan);
      grow(entry, args.document, bytes.field * (1 + plan.fields.length));
      return plan;
    },
    count({ document }, plan) {
      plan.rows += 1;
      if (plan.rows !== rowsBeforeCompiling) return;
      plan.compiledRow = compileRow(plan.fields, plan.emptyRow);
      if (plan.compiledRow !== undefined) grow(entry, document, bytes.made * (1 + plan.fields.length));
    },
  };
}
