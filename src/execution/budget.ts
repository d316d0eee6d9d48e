import { type ExecutionResult, type GraphQLError, type GraphQLOutputType, isNonNullType } from 'graphql';
import { workTurns } from '../async/work-turns.ts';
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

/**
 * The work, in units of about a microsecond, that an operation does before the rest of it is divided among turns of the event
 * loop. Pages of 1,000 flat rows and of 50 contacts with branches stay below it.
 */
const workAtOnce = 8_000;
/** The work of one piece of an operation that is divided. */
const workOfPiece = 2_500;
/** The work of a field with a resolver of its own, of a promise that is awaited, and of an error. */
const workOf = { resolver: 10, promise: 5, error: 50 };

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
  readonly #owner: string;
  #fields = 0;
  #nextCheck = fieldsPerCheck;
  #work = 0;
  /** The amount of work at which the operation has to wait for a turn. */
  #waitsAt = workAtOnce;

  /**
   * @param limits none for a mutation, whose writes are done by then: its caller has to learn what became of them
   * @param owner the caller among whose operations its turns are shared
   */
  constructor(limits: BudgetLimits | undefined, owner: string) {
    this.#limits = limits;
    this.#owner = owner;
    if (limits === undefined) this.#nextCheck = Number.POSITIVE_INFINITY;
  }

  /** @throws {PublicError} when the operation has to end: the same error every time */
  spend(fields: number): void {
    this.#fields += fields;
    if (this.#fields >= this.#nextCheck) this.#check();
  }

  /** Accounts for the work of a row: its fields that only read a property, and those with a resolver of their own. */
  work(plain: number, resolved: number): void {
    this.#work += 1 + plain + workOf.resolver * resolved;
  }

  /** Accounts for the work of a promise that was awaited, or that a list has started. */
  workForPromise(): void {
    this.#work += workOf.promise;
  }

  /** Whether the operation has done so much work that its next piece has to wait for a turn of the event loop. */
  get mustWait(): boolean {
    return this.#work >= this.#waitsAt;
  }

  /** Does the next piece of work in a later turn. It is over when `mustWait` is true. */
  inTurn<T>(work: () => T): Promise<Awaited<T>> {
    let before = 0;
    const start = () => {
      before = this.#work;
      this.#waitsAt = before + workOfPiece;
      return work();
    };
    const end = () => {
      this.#waitsAt = 0;
      return this.#work - before;
    };
    return workTurns.run(this.#owner, start, end);
  }

  /** Accounts for the error of a field, or for its errors. @throws {PublicError} when the operation has to end */
  spendError(error: unknown): void {
    if (this.stopped !== undefined) throw this.stopped;
    this.#work += workOf.error;
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
