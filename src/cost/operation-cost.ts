import type { UpstreamUsage } from '../upstream/operation/usage.ts';

/** How many upstream calls an operation can make at most, as its document, variables and caller show it. */
export type CostEstimate = {
  readonly calls: number;
  /** The field that costs most; undefined for an operation without any call. */
  readonly largest: LargestField | undefined;
};

/** A field of an operation that needs upstream calls, as they are planned before its execution. */
export type PlannedCalls = {
  /** Its path in the keys of the answer, joined by dots, without indexes. */
  readonly path: string;
  /** Its name in the schema, like `Contact.devices`. */
  readonly field: string;
  /** Calls that it makes at most; 0 where another field makes them anyway. */
  readonly calls: number;
  /** The names of the endpoints that it may call. */
  readonly endpoints: readonly string[];
};

/** The field of an operation that costs most. */
export type LargestField = {
  /** Its name in the schema, like `Contact.devices`. */
  readonly name: string;
  /** Its path in the keys of the answer, without indexes. */
  readonly path: readonly string[];
  readonly calls: number;
};

/**
 * What one operation costs, in upstream calls. Neither number counts retries, logins of the gateway's own credential, and the
 * authentication of the request.
 *
 * It is a class because V8 gives a getter in an object literal a hidden class of its own (ADR 20).
 */
export class OperationCost {
  readonly #estimated: number;
  readonly #usage: UpstreamUsage;
  readonly #attemptsBefore: number;

  /** @param usage what the request has used so far, which is not part of the cost */
  constructor(estimated: number, usage: UpstreamUsage) {
    this.#estimated = estimated - usage.unforeseen;
    this.#usage = usage;
    this.#attemptsBefore = usage.firstAttempts;
  }

  /** The estimate from before the execution, and the calls since then that no document shows in advance. */
  get requested(): number {
    return this.#estimated + this.#usage.unforeseen;
  }

  /** The calls that were made so far; a read that was cached, or shared with another operation, is none. */
  get actual(): number {
    return this.#usage.firstAttempts - this.#attemptsBefore;
  }
}
