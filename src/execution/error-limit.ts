import { GraphQLError } from 'graphql';
import { PublicError } from '../errors.ts';

/** The number of errors in an answer. Each of them takes about 250 bytes of the answer, and 40 µs to build and to write. */
export const maxAnswerErrors = 100;

/** The last error of an answer that has more errors than are listed. */
class ErrorsOmitted extends PublicError {
  readonly code = 'ERRORS_OMITTED';
  readonly count: number;

  /** @param count how many errors are not listed */
  constructor(count: number) {
    super(`${count} more errors are not listed.`);
    this.count = count;
  }
}

/**
 * Limits the errors of an answer to 100: the first ones, and one that says how many more there are.
 *
 * @param errors the last of them may be the result of this function
 * @param omitted the number of further errors, which were only counted
 * @param max fewer than 100 where other answers of the same batch have errors
 */
export function limitErrors(
  errors: readonly GraphQLError[],
  omitted = 0,
  max = maxAnswerErrors,
): readonly GraphQLError[] {
  const last = errors.at(-1)?.originalError;
  const counted = last instanceof ErrorsOmitted ? last.count : 0;
  const all = counted === 0 ? errors : errors.slice(0, -1);
  const total = all.length + counted + omitted;
  if (total <= max) return errors;
  const shown = all.slice(0, max - 1);
  const originalError = new ErrorsOmitted(total - shown.length);
  return [...shown, new GraphQLError(originalError.message, { originalError })];
}
