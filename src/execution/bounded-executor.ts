import type { ExecutionResult, GraphQLObjectType, ValidatedExecutionArgs } from 'graphql';
import type { GroupedFieldSet } from 'graphql/execution/collectFields.js';
import { Executor } from 'graphql/execution/Executor.js';
import type { Path } from 'graphql/jsutils/Path.js';
import type { ExecutionBudget } from './budget.ts';

/**
 * The executor of graphql, for operations that are not executed by a plan, within the same budget. It ignores `@defer` and
 * `@stream`, and its answer is whole.
 */
export class BoundedExecutor extends Executor {
  readonly #budget: ExecutionBudget;

  constructor(args: ValidatedExecutionArgs, budget: ExecutionBudget) {
    super(args);
    this.#budget = budget;
  }

  override executeFields(
    type: GraphQLObjectType,
    source: unknown,
    path: Path | undefined,
    fields: GroupedFieldSet,
    context: undefined,
  ) {
    this.#budget.spend(fields.size);
    return super.executeFields(type, source, path, fields, context);
  }

  override handleFieldError(...[error, type, ...place]: Parameters<Executor['handleFieldError']>): void {
    this.#budget.spendError(error);
    if (!this.#budget.omitsError(type, this.collectedErrors.errors)) super.handleFieldError(error, type, ...place);
  }

  override buildResponse(data: Parameters<Executor['buildResponse']>[0]): ExecutionResult {
    return this.#budget.complete(super.buildResponse(data));
  }
}
