import type { BucketSize, Buckets } from './buckets.ts';

/** The limit of one kind of caller. */
export type CallPolicy = BucketSize & {
  /** The value of the header `RateLimit-Policy`. */
  readonly header: string;
};

/**
 * What one operation may take of its caller's budget of upstream calls. It is a class, because one is created for each operation
 * (ADR 20).
 */
export class CallAllowance {
  readonly #buckets: Buckets;
  readonly #policy: CallPolicy | undefined;
  readonly #key: string;
  #taken = 0;

  /** @param policy undefined for a caller whose calls are not limited */
  constructor(buckets: Buckets, policy: CallPolicy | undefined, key: string) {
    this.#buckets = buckets;
    this.#policy = policy;
    this.#key = key;
  }

  /** The calls that the operation has asked for. */
  get cost(): number {
    return this.#taken;
  }

  /** The most calls that the caller can have; undefined without a limit. */
  get limit(): number | undefined {
    return this.#policy?.capacity;
  }

  /** The calls that the caller has now; undefined without a limit. */
  get remaining(): number | undefined {
    const left = this.#policy && this.#buckets.remaining(this.#key, this.#policy);
    return left && Math.max(0, left);
  }

  /** When the caller has all its calls again if it takes no more, in ISO 8601; undefined without a limit. */
  get resetAt(): string | undefined {
    if (this.#policy === undefined) return undefined;
    return new Date(Date.now() + Math.ceil(this.#resetMs(this.#policy))).toISOString();
  }

  /** Names and values in alternation of the headers that tell the client its budget; none without a limit. */
  get headers(): readonly string[] {
    if (this.#policy === undefined) return [];
    const seconds = Math.ceil(this.#resetMs(this.#policy) / 1_000);
    return ['ratelimit', `"calls";r=${this.remaining};t=${seconds}`, 'ratelimit-policy', this.#policy.header];
  }

  /**
   * Takes the calls of the operation before it is executed.
   *
   * @returns a promise only where another server has to be asked
   * @throws {RateLimited} when the caller has fewer; nothing is taken then
   */
  take(calls: number): void | Promise<void> {
    if (this.#policy === undefined) {
      this.#taken = calls;
      return undefined;
    }
    const pending = this.#buckets.take(this.#key, calls, this.#policy);
    if (pending === undefined) this.#taken = calls;
    return pending?.then(() => {
      this.#taken = calls;
    });
  }

  /** Gives back what was taken and not used, when the operation has ended. @param calls the calls that were made */
  settle(calls: number): void {
    if (this.#policy !== undefined) this.#buckets.giveBack(this.#key, this.#taken - calls, this.#policy);
  }

  #resetMs({ capacity, callsPerMs }: CallPolicy): number {
    return (capacity - (this.remaining ?? capacity)) / callsPerMs;
  }
}
