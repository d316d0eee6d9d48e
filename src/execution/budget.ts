import { BadUserInput, type PublicError, UpstreamTimeout } from '../errors.ts';
import { tooManyFields } from './response-fields.ts';

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
