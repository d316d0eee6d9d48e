import { LRUCache } from 'lru-cache';
import type { Valkey } from '../valkey/connection.ts';
import { serverTime } from '../valkey/scripts.ts';
import { type BucketSize, type Buckets, emptyBucket } from './buckets.ts';
import { LocalBuckets } from './local-buckets.ts';

/** Includes the version of the stored format, which replicas of different releases share. */
const prefix = 'contactgraph:calls:1:';

/**
 * Takes between `least` and `most` calls from a bucket, or none if it has fewer than `least`; negative numbers give back. A
 * bucket that is full needs no record. It returns what was taken, what is left, and in how many ms `least` will be there.
 */
const takeScript = `${serverTime}
local capacity, callsPerMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local least, most = tonumber(ARGV[3]), tonumber(ARGV[4])
local held = redis.call('HMGET', KEYS[1], 'calls', 'at')
local calls = capacity
if held[1] then calls = math.min(capacity, held[1] + math.max(0, now - held[2]) * callsPerMs) end
local needed = math.min(least, capacity)
if least > 0 and calls < needed then return {0, math.floor(calls), math.ceil((needed - calls) / callsPerMs)} end
local taken = math.max(least, math.min(most, math.floor(calls)))
calls = math.min(capacity, calls - taken)
if calls >= capacity then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'calls', string.format('%.3f', calls), 'at', string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - calls) / callsPerMs) + 1000)
end
return {taken, math.floor(calls), 0}`;

/** The calls that this process has taken from a bucket and not used yet, and what was left in the bucket then. */
type Share = { calls: number; left: number };

/** The maximum number of shares in memory. The calls of a share that is dropped are added to its bucket again with time. */
const maxShares = 50_000;

/** The part of a bucket that a process takes at once, so that most operations do not wait for Valkey. */
const portionOf = ({ capacity }: BucketSize) => Math.max(1, Math.floor(capacity / 100));

/**
 * Token buckets that replicas share in Valkey. A process takes calls in portions of a hundredth of a bucket and uses them in its
 * own memory, so that the replicas are exact together but for two portions each. While Valkey does not answer, each process has
 * buckets of its own.
 */
export class SharedBuckets implements Buckets {
  readonly #valkey: Valkey;
  readonly #local = new LocalBuckets();
  readonly #shares = new LRUCache<string, Share>({ max: maxShares });

  constructor(valkey: Valkey) {
    this.#valkey = valkey;
  }

  take(key: string, calls: number, size: BucketSize): void | Promise<void> {
    const share = this.#shares.get(key);
    if (calls === 0) return undefined;
    if (share === undefined || share.calls < calls) return this.#takeMore(key, calls, size);
    share.calls -= calls;
    return undefined;
  }

  giveBack(key: string, calls: number, size: BucketSize): void {
    if (calls === 0) return;
    const share = this.#shareOf(key, size);
    share.calls += calls;
    // What is kept here is missing at the other replicas. An operation does not wait for it to get there.
    if (share.calls > 2 * portionOf(size)) void this.#return(key, share, share.calls - portionOf(size), size);
  }

  remaining(key: string, { capacity }: BucketSize): number {
    const share = this.#shares.get(key);
    return share === undefined ? capacity : Math.min(capacity, share.left + share.calls);
  }

  async #takeMore(key: string, calls: number, size: BucketSize): Promise<void> {
    const share = this.#shareOf(key, size);
    const own = share.calls; // of another operation from now on, should one arrive meanwhile
    share.calls = 0;
    const least = calls - own;
    const reply = await this.#run(key, size, least, Math.max(least, portionOf(size)));
    const waitMs = reply?.waitMs ?? this.#local.tryTake(key, least, size);
    share.left = reply?.left ?? this.#local.remaining(key, size);
    if (waitMs > 0) {
      share.calls += own;
      throw emptyBucket(calls, waitMs);
    }
    if (reply !== undefined) share.calls += reply.taken - least;
  }

  async #return(key: string, share: Share, excess: number, size: BucketSize): Promise<void> {
    share.calls -= excess;
    const reply = await this.#run(key, size, -excess, -excess);
    if (reply === undefined) share.calls += excess;
    else share.left = reply.left;
  }

  #run(key: string, { capacity, callsPerMs }: BucketSize, least: number, most: number) {
    return this.#valkey.run(takeScript, prefix + key, [capacity, callsPerMs, least, most], parseReply);
  }

  #shareOf(key: string, { capacity }: BucketSize): Share {
    const share = this.#shares.get(key) ?? { calls: 0, left: capacity };
    this.#shares.set(key, share);
    return share;
  }
}

function parseReply(reply: unknown): { taken: number; left: number; waitMs: number } {
  const [taken = Number.NaN, left = Number.NaN, waitMs = Number.NaN] = Array.isArray(reply) ? reply.map(Number) : [];
  if (![taken, left, waitMs].every(Number.isInteger)) throw new Error('The script returned no calls.');
  return { taken, left, waitMs };
}
