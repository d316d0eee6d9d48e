import { RateLimited } from '../errors.ts';

/** The size of a token bucket: how many upstream calls it holds when it is full, and how many are added to it in a ms. */
export type BucketSize = { readonly capacity: number; readonly callsPerMs: number };

/** Token buckets of upstream calls. Each is known by its key, and is full until something is taken from it. */
export type Buckets = {
  /**
   * Takes calls from a bucket before they are made. An operation that needs more than a bucket holds needs a full one, and the
   * rest has to be added again before the next one.
   *
   * @returns a promise only where another server has to be asked
   * @throws {RateLimited} when the bucket has not enough; nothing is taken then
   */
  take(key: string, calls: number, size: BucketSize): void | Promise<void>;
  /** Gives back calls that were taken and not made; a negative number takes calls that were made beyond what was taken. */
  giveBack(key: string, calls: number, size: BucketSize): void;
  /** The calls that are in a bucket now; negative after calls beyond what was taken. */
  remaining(key: string, size: BucketSize): number;
};

/** The refusal of an operation. @param waitMs the time after which the bucket has enough if nothing else is taken from it */
export function emptyBucket(calls: number, waitMs: number): RateLimited {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new RateLimited(
    `This operation needs up to ${calls} upstream calls, which is more than you have left for now. Send it again in ${seconds} s, or ask for less.`,
    seconds,
  );
}
