import type { BadUserInput } from '../../errors.ts';

export type Optional<T> = T | null | undefined;

/**
 * What a scalar makes of the input: bad text stays in the graph, as its own error. Who reads it decides how to answer:
 * a query throws it, a mutation tells it as one of all the problems that its input has.
 */
export type ScalarInput<T> = T | BadUserInput;

/** @throws {BadUserInput} when it is one */
export function unwrapScalarInput<T>(given: ScalarInput<T>): T {
  if (given instanceof Error) throw given;
  return given;
}

/** The same for what may be missing. */
export function unwrapOptionalScalarInput<T>(given: Optional<ScalarInput<T>>): T | undefined {
  return given == null ? undefined : unwrapScalarInput<T>(given);
}
