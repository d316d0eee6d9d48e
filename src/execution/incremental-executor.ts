import type {
  ExecutionResult,
  ExperimentalIncrementalExecutionResults,
  GraphQLError,
  GraphQLObjectType,
  ValidatedExecutionArgs,
} from 'graphql';
import type { GroupedFieldSet } from 'graphql/execution/collectFields.js';
import type { SharedExecutionContext } from 'graphql/execution/createSharedExecutionContext.js';
import { IncrementalExecutor } from 'graphql/execution/incremental/IncrementalExecutor.js';
import type { Path } from 'graphql/jsutils/Path.js';
import type { ExecutionBudget } from './budget.ts';
import { limitErrors } from './error-limit.ts';

/** The number of fields that a deferred fragment of an object counts for: it has an executor, an id, and a path in the answer. */
export const fieldsPerDeferredFragment = 100;
/** The number of fields that a streamed item counts for: it has an executor. */
const fieldsPerStreamedItem = 10;

type Overridden<Name extends keyof IncrementalExecutor> = Parameters<
  Extract<IncrementalExecutor[Name], (...args: never) => unknown>
>;

/**
 * The executor of graphql for operations whose answer is delivered in parts. All of its parts are within one budget: that of
 * the operation.
 */
export class BoundedIncrementalExecutor extends IncrementalExecutor {
  readonly #budget: ExecutionBudget;
  /** Errors of this part that were not collected, because it has as many as an answer may have. */
  #omittedErrors = 0;

  constructor(
    args: ValidatedExecutionArgs,
    budget: ExecutionBudget,
    ...part: [shared?: SharedExecutionContext, deferUsageSet?: IncrementalExecutor['deferUsageSet']]
  ) {
    super(args, ...part);
    this.#budget = budget;
  }

  override getCreateSubExecutor(): ReturnType<IncrementalExecutor['getCreateSubExecutor']> {
    const { validatedExecutionArgs, sharedExecutionContext } = this;
    return (deferUsageSet) => {
      this.#budget.spend(fieldsPerStreamedItem);
      const part = [sharedExecutionContext, deferUsageSet] as const;
      return new BoundedIncrementalExecutor(validatedExecutionArgs, this.#budget, ...part);
    };
  }

  override getNewDeliveryGroupMap(...[newDeferUsages, ...place]: Overridden<'getNewDeliveryGroupMap'>) {
    this.#budget.spend(fieldsPerDeferredFragment * newDeferUsages.length);
    return super.getNewDeliveryGroupMap(newDeferUsages, ...place);
  }

  override executeFields(
    type: GraphQLObjectType,
    source: unknown,
    path: Path | undefined,
    fields: GroupedFieldSet,
    groups: Overridden<'executeFields'>[4],
  ) {
    this.#budget.spend(fields.size);
    return super.executeFields(type, source, path, fields, groups);
  }

  override handleFieldError(...[error, type, ...place]: Overridden<'handleFieldError'>): void {
    this.#budget.spendError(error);
    if (this.#budget.omitsError(type, this.collectedErrors.errors)) this.#omittedErrors += 1;
    else super.handleFieldError(error, type, ...place);
  }

  override buildResponse(
    data: Overridden<'buildResponse'>[0],
  ): ExecutionResult | ExperimentalIncrementalExecutionResults {
    const response = super.buildResponse(data);
    if (!('initialResult' in response)) return this.#budget.complete(response);
    return { ...response, initialResult: this.#countOmitted(response.initialResult) };
  }

  override buildExecutionGroupResult(...group: Overridden<'buildExecutionGroupResult'>) {
    const result = super.buildExecutionGroupResult(...group);
    return { ...result, value: this.#countOmitted(result.value) };
  }

  #countOmitted<Part extends { errors?: readonly GraphQLError[] }>(part: Part): Part {
    const { errors } = part;
    return errors === undefined || this.#omittedErrors === 0
      ? part
      : { ...part, errors: limitErrors(errors, this.#omittedErrors) };
  }
}
