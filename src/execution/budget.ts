import { type ExecutionResult, type GraphQLError, type GraphQLOutputType, isNonNullType } from 'graphql';
import { BadUserInput, type PublicError, UpstreamTimeout } from '../errors.ts';
import { limitErrors, maxAnswerErrors } from './error-limit.ts';
import { refusal, tooManyFields } from './response-fields.ts';

/** What one operation may use while it is executed. */
export type BudgetLimits = {
  /** Fields and list items that it may complete. */
  readonly maxFields: number;
  /** When its deadline passes, in ms on the monotonic clock of `performance.now()`. */
  readonly endsAt: number;
};

/** The number of fields between two checks of the deadline. Completing them takes less than a millisecond. */
const fieldsPerCheck = 1_000;

/** The number of fields that an error counts for: with its stack, its path and its location it takes about 6 kB. */
const fieldsPerError = 100;

/**
 * Counts what an operation completes, and ends it when it has passed its deadline or completes more than it may. Timers do
 * not fire while rows are completed synchronously, and the count before execution assumes how long some lists are.
 */
export class ExecutionBudget {
  /** Why the operation was ended; undefined while it goes on. */
  stopped: PublicError | undefined;
  readonly #limits: BudgetLimits | undefined;
  /** Errors that were not collected, because the answer has as many as it may have. */
  #omittedErrors = 0;
  #fields = 0;
  #nextCheck = fieldsPerCheck;

  /** @param limits none for a mutation, whose writes are done by then: its caller has to learn what became of them */
  constructor(limits: BudgetLimits | undefined) {
    this.#limits = limits;
    if (limits === undefined) this.#nextCheck = Number.POSITIVE_INFINITY;
  }

  /** @throws {PublicError} when the operation has to end: the same error every time */
  spend(fields: number): void {
    this.#fields += fields;
    if (this.#fields >= this.#nextCheck) this.#check();
  }

  /** Accounts for the error of a field, or for its errors. @throws {PublicError} when the operation has to end */
  spendError(error: unknown): void {
    if (this.stopped !== undefined) throw this.stopped;
    this.spend(fieldsPerError * Math.max(1, error instanceof BadUserInput ? error.errors.length : 1));
  }

  /**
   * Whether the error of a field is only counted, because the answer has as many errors as it may have. The error of a
   * non-null field is never omitted, because it makes the object null.
   */
  omitsError(type: GraphQLOutputType, collected: readonly GraphQLError[]): boolean {
    if (collected.length < maxAnswerErrors || isNonNullType(type)) return false;
    this.#omittedErrors += 1;
    return true;
  }

  /** @returns the result of the operation, or why it was ended */
  complete(result: ExecutionResult): ExecutionResult {
    if (this.stopped !== undefined) return refusal(this.stopped);
    if (this.#omittedErrors === 0 || result.errors === undefined) return result;
    return { ...result, errors: limitErrors(result.errors, this.#omittedErrors) };
  }

  #check(): void {
    const { maxFields, endsAt } = this.#limits ?? unlimited;
    this.#nextCheck = this.#fields + fieldsPerCheck;
    if (this.#fields > maxFields) this.stopped ??= tooManyFields(maxFields);
    else if (performance.now() > endsAt) this.stopped ??= pastDeadline();
    if (this.stopped === undefined) return;
    this.#nextCheck = 0;
    throw this.stopped;
  }
}

const unlimited: BudgetLimits = { maxFields: Number.POSITIVE_INFINITY, endsAt: Number.POSITIVE_INFINITY };

function pastDeadline(): UpstreamTimeout {
  return new UpstreamTimeout('The operation was not complete at its deadline.');
}
