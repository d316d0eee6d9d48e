import type {
  DocumentNode,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
  ValidatedExecutionArgs,
} from 'graphql';
import { collectFields, collectSubfields, type FieldDetailsList } from 'graphql/execution/collectFields.js';
import { analyzeDocument, type DocumentAnalysis } from './document-analysis.ts';
import type { DocumentMemory } from './document-memory.ts';
import { weighDocument } from './document-weight.ts';
import { createSelectionPlan, type SelectionPlan } from './plan.ts';
import { compileRow, rowsBeforeCompiling } from './row-compiler.ts';
import { mayHoldSecret } from './secret-literals.ts';

/** The plans of a document for one set of `@skip` and `@include` conditions. Each is created when it is first used. */
export type DocumentPlans = {
  root(args: ValidatedExecutionArgs, type: GraphQLObjectType): SelectionPlan;
  below(args: ValidatedExecutionArgs, type: GraphQLObjectType, details: FieldDetailsList): SelectionPlan;
  /** Counts a row that was completed without a compiled function; after many rows the plan is compiled. */
  count(args: ValidatedExecutionArgs, plan: SelectionPlan): void;
};

/** The plans of a document. Only this file keeps entries by parsed documents. */
type Kept = {
  memory: DocumentMemory | undefined;
  schema: GraphQLSchema;
  survey: DocumentAnalysis;
  variants: Map<string, DocumentPlans>;
  bytes: number;
};

/**
 * The measured memory of a plan and of its compiled function, in bytes. A compiled function takes 600 bytes for each field as
 * text, bytecode and constants, and 1,100 once V8 has optimized it. The parsed document is included, because this cache may
 * keep it longer than the document cache does. The plans of one set of conditions take 800 bytes in addition, and a character of
 * their key one.
 */
const bytes = { field: 450, made: 1_100, variant: 800 };

/**
 * Returns the plans of a document for the conditions in its variables; undefined for a document that only
 * graphql can execute, and for one that must not be kept. A document with very many selections or conditions may exceed the
 * size of an entry and is then planned again.
 *
 * @param memory keeps the plans by parsed document, which is the same object for the same text while its text is kept;
 *   undefined where nothing may be kept of the document
 */
export function findPlans(
  { schema, document, variableValues }: ValidatedExecutionArgs,
  memory: DocumentMemory | undefined,
): DocumentPlans | undefined {
  let entry = memory?.get(document) as Kept | undefined;
  if (entry === undefined || entry.schema !== schema) {
    if (mayHoldSecret(schema, document)) return undefined;
    entry = { memory, schema, survey: analyzeDocument(document), variants: new Map(), bytes: weighDocument(document) };
    memory?.set(document, entry);
  }
  const { isPlannable, conditions } = entry.survey;
  if (!isPlannable) return undefined;
  const variant = conditions.map((name) => String(variableValues.coerced[name])).join();
  let plans = entry.variants.get(variant);
  if (plans === undefined) {
    plans = createPlans(entry);
    entry.variants.set(variant, plans);
    grow(entry, document, bytes.variant + variant.length);
  }
  return plans;
}

/** Updates the size of an entry. An entry that is too large is evicted; the running operation continues with its plans. */
function grow(entry: Kept, document: DocumentNode, by: number): void {
  entry.bytes += by;
  entry.memory?.delete(document);
  entry.memory?.set(document, entry);
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
