import { LRUCache } from 'lru-cache';

/** Tokens that the upstream has refused, by their hash. */
export type RefusedTokens = { add(hash: string): void; has(hash: string): boolean };

/** About 10 MB when it is full. */
const maxTokens = 50_000;

/** [doc] A token of the upstream lives for a day, in ms: after that its own end says as much. */
const lifetime = 24 * 60 * 60 * 1_000;

/**
 * Remembers refusals, so that what is held of a token's pages cannot be read with it any more. Who floods it with
 * refused tokens, one upstream call each, pushes out those that were not used for longest.
 */
export function createRefusedTokens(max = maxTokens): RefusedTokens {
  const hashes = new LRUCache<string, true>({ max, ttl: lifetime });
  return { add: (hash) => void hashes.set(hash, true), has: (hash) => hashes.get(hash) === true };
}
