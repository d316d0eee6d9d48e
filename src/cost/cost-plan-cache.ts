import type { OperationDefinitionNode, ValidatedExecutionArgs } from 'graphql';
import { analyzeDocument } from '../execution/document-analysis.ts';
import { type CostField, createCostPlan } from './cost-plan.ts';

/** Plans that are kept for one operation of a document, each for one set of conditions. */
const maxKeptPlans = 20;

type Plans = { readonly conditions: readonly string[]; readonly byValues: Map<string, readonly CostField[]> };

/** The plans of the operations of parsed documents; they are kept for as long as their document. */
const kept = new WeakMap<OperationDefinitionNode, Plans>();

/** Returns the plan of an operation for its values of `@skip` and `@include`, which is created when it is first used. */
export function findCostPlan(args: ValidatedExecutionArgs): readonly CostField[] {
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
    if (byValues.size >= maxKeptPlans) byValues.clear();
    byValues.set(values, plan);
  }
  return plan;
}
