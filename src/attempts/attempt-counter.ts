import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimited } from '../errors.ts';
import type { Valkey } from '../valkey/connection.ts';

/** Counts attempts by key, within a window that begins with the first one. */
export type AttemptCounter = {
  /** @throws {RateLimited} when the key has no attempts left; `retryAfter` is the rest of its window */
  count(key: string): Promise<void>;
  /** Takes back one attempt. */
  takeBack(key: string): Promise<void>;
};

/** The options of a counter. */
export type AttemptCounterOptions = {
  /** The name of the counter, which is part of its keys in Valkey. */
  name: string;
  maxAttempts: number;
  windowMs: number;
  /** The server that replicas share. While it does not answer, and without one, each process counts for itself. */
  valkey: Valkey | undefined;
};

/** Includes the version of the stored format, which replicas of different releases share. */
const prefix = 'contactgraph:attempts:1';

/** The maximum number of keys in memory: beyond it, the attempts of the least recently used key are no longer counted. */
const maxKeys = 20_000;

/** Creates a counter over `rate-limiter-flexible`. */
export function createAttemptCounter({ name, maxAttempts, windowMs, valkey }: AttemptCounterOptions): AttemptCounter {
  const options = { keyPrefix: `${prefix}:${name}`, points: maxAttempts, duration: Math.ceil(windowMs / 1_000) };
  const memory = new RateLimiterMemory(options);
  // The limiter in memory has no bound of its own.
  const keys = new LRUCache<string, true>({
    max: maxKeys,
    dispose: (_, key, reason) => void (reason === 'evict' && memory.delete(key)),
  });
  const limiter =
    valkey === undefined
      ? memory
      : new RateLimiterRedis({ ...options, storeClient: new ScriptClient(valkey), insuranceLimiter: memory });
  return {
    async count(key) {
      keys.set(key, true);
      try {
        await limiter.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
        throw new RateLimited('There were too many attempts. Try again later.', seconds);
      }
    },
    async takeBack(key) {
      keys.set(key, true); // The key may have been evicted meanwhile, and the limiter in memory creates it again.
      await limiter.reward(key);
    },
  };
}

/** What `RateLimiterRedis` uses of a client: it defines a script as a command, and calls that with one key. */
class ScriptClient {
  readonly #valkey: Valkey;

  constructor(valkey: Valkey) {
    this.#valkey = valkey;
  }

  defineCommand(command: string, { lua }: { lua: string }): void {
    const run = async ([key = '', ...args]: readonly string[]) => {
      const counted = await this.#valkey.run(lua, key, args, parseCounts);
      if (counted === undefined) throw new Error('Valkey did not count an attempt.'); // the limiter in memory counts it
      return counted;
    };
    Object.assign(this, { [command]: run });
  }
}

/** The attempts of a key, and the rest of its window in ms. */
function parseCounts(reply: unknown): readonly number[] {
  const counts = Array.isArray(reply) ? reply.map(Number) : [];
  if (counts.length !== 2 || !counts.every(Number.isInteger)) throw new Error('The script returned no counts.');
  return counts;
}
