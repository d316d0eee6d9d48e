import type { BadUserInput } from '../../errors.ts';

/** A value of an input that may be absent or null. */
export type Optional<T> = T | null | undefined;

/**
 * A parsed scalar of an input: its value, or the error of invalid text. A query throws the error, and a mutation reports it
 * as one of its user errors (ADR 11).
 */
export type ScalarInput<T> = T | BadUserInput;

/** Returns the value of a scalar input. @throws {BadUserInput} for an invalid one */
export function unwrapScalarInput<T>(given: ScalarInput<T>): T {
  if (given instanceof Error) throw given;
  return given;
}
