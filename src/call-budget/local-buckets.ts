import { LRUCache } from 'lru-cache';
import { type BucketSize, type Buckets, emptyBucket } from './buckets.ts';

/** The calls in a bucket at a time of `performance.now()`, in ms. */
type Bucket = { calls: number; at: number };

/** The maximum number of buckets. A bucket that was not used for a while is full, so that dropping it changes nothing. */
const maxBuckets = 50_000;

/**
 * Token buckets in the memory of this process. To take and to give back is synchronous and takes 0.2 µs of CPU, so that an
 * operation pays for its budget neither with a promise nor with a timer (ADR 32 compares it with a library).
 */
export class LocalBuckets implements Buckets {
  readonly #buckets = new LRUCache<string, Bucket>({ max: maxBuckets });

  take(key: string, calls: number, size: BucketSize): void {
    const waitMs = this.tryTake(key, calls, size);
    if (waitMs > 0) throw emptyBucket(calls, waitMs);
  }

  /** @returns 0, or without taking anything the time in ms after which the bucket has enough */
  tryTake(key: string, calls: number, size: BucketSize): number {
    if (calls === 0) return 0; // nothing is kept for callers that cause no calls
    const bucket = this.#find(key, size) ?? this.#create(key, size);
    const needed = Math.min(calls, size.capacity);
    if (bucket.calls < needed) return (needed - bucket.calls) / size.callsPerMs;
    bucket.calls -= calls;
    return 0;
  }

  giveBack(key: string, calls: number, size: BucketSize): void {
    if (calls === 0) return;
    const bucket = this.#find(key, size) ?? this.#create(key, size);
    bucket.calls = Math.min(size.capacity, bucket.calls + calls);
  }

  remaining(key: string, size: BucketSize): number {
    return Math.floor(this.#find(key, size)?.calls ?? size.capacity);
  }

  /** Returns a bucket with what was added to it until now. */
  #find(key: string, { capacity, callsPerMs }: BucketSize): Bucket | undefined {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return undefined;
    const now = performance.now();
    bucket.calls = Math.min(capacity, bucket.calls + (now - bucket.at) * callsPerMs);
    bucket.at = now;
    return bucket;
  }

  #create(key: string, { capacity }: BucketSize): Bucket {
    const bucket = { calls: capacity, at: performance.now() };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
