import type { OperationDefinitionNode, ValidatedExecutionArgs } from 'graphql';
import { analyzeDocument } from '../execution/document-analysis.ts';
import { addWeight, type DocumentMemory } from '../execution/document-memory.ts';
import { type CostPlan, createCostPlan } from './cost-plan.ts';

/** Plans that are kept for one operation of a document, each for one set of conditions. */
const maxKeptPlans = 20;

/**
 * The memory of a field of a plan with its arguments, in bytes. Measured on Node 24 over 40 documents with 20 plans each, as
 * the difference of `heapUsed` after `gc()`: 360 to 420 bytes, and what `src/schema/branch.ts` keeps for the arguments.
 */
const bytesPerField = 600;

type Plans = { readonly conditions: readonly string[]; readonly byValues: Map<string, CostPlan> };

/** The plans of the operations of parsed documents; they are kept for as long as their document. */
const kept = new WeakMap<OperationDefinitionNode, Plans>();

/**
 * Returns the plan of an operation for its values of `@skip` and `@include`, which is created when it is first used.
 *
 * @param memory where the document is kept, if anywhere: the plans are added to its weight
 */
export function findCostPlan(args: ValidatedExecutionArgs, memory: DocumentMemory | undefined): CostPlan {
  let plans = kept.get(args.operation);
  if (plans === undefined) {
    plans = { conditions: analyzeDocument(args.document).conditions, byValues: new Map() };
    kept.set(args.operation, plans);
  }
  const { conditions, byValues } = plans;
  const { coerced } = args.variableValues;
  const values = conditions.length === 0 ? '' : conditions.map((name) => String(coerced[name])).join();
  let plan = byValues.get(values);
  if (plan === undefined) {
    plan = createCostPlan(args);
    let fields = plan.size;
    if (byValues.size >= maxKeptPlans) {
      for (const { size } of byValues.values()) fields -= size;
      byValues.clear();
    }
    byValues.set(values, plan);
    if (memory !== undefined) addWeight(memory, args.document, bytesPerField * fields);
  }
  return plan;
}
