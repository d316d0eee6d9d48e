import type {
  ExecutionResult,
  ExperimentalIncrementalExecutionResults,
  GraphQLError,
  InitialIncrementalExecutionResult,
  SubsequentIncrementalExecutionResult,
} from 'graphql';

/** The first part of an answer, which may be the only one. */
type FirstPart = ExecutionResult & {
  readonly data: Record<string, unknown> | null;
  readonly pending?: InitialIncrementalExecutionResult['pending'];
  readonly hasNext: boolean;
};

/** A part of an answer in the current format: only the first one has `data`. */
export type Part = FirstPart | SubsequentIncrementalExecutionResult;

/** All parts of an answer, the first one first. Ending the iteration ends the execution. */
export async function* partsOf(results: ExperimentalIncrementalExecutionResults): AsyncGenerator<Part, void> {
  const { initialResult, subsequentResults } = results;
  try {
    yield initialResult;
    yield* subsequentResults;
  } finally {
    await subsequentResults.return();
  }
}

type WithErrors = { readonly errors?: readonly GraphQLError[] };

/** Replaces the errors at each place of a part. */
export function mapErrors(part: Part, map: (errors: readonly GraphQLError[]) => readonly GraphQLError[]): Part {
  const mapped = <Place extends WithErrors>(place: Place): Place =>
    place.errors === undefined ? place : { ...place, errors: map(place.errors) };
  if ('data' in part) return mapped(part);
  const { incremental, completed } = part;
  return {
    ...part,
    ...(incremental && { incremental: incremental.map(mapped) }),
    ...(completed && { completed: completed.map(mapped) }),
  };
}

/** The deferred fragments and streams that a client waits for. */
export class PendingParts {
  readonly #ids = new Set<string>();

  /** Accounts for what a part announces and completes. */
  add({ pending = [], ...part }: Part): void {
    for (const { id } of pending) this.#ids.add(id);
    if ('completed' in part) for (const { id } of part.completed ?? []) this.#ids.delete(id);
  }

  /** The last part of an answer that cannot be continued: everything that is pending fails with an error. */
  fail(error: GraphQLError): SubsequentIncrementalExecutionResult {
    return { completed: [...this.#ids].map((id) => ({ id, errors: [error] })), hasNext: false };
  }
}
