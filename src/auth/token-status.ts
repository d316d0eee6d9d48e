import { LRUCache } from 'lru-cache';

/** What the upstream has said of tokens, which it alone can verify, by their hash. */
export type TokenStatuses = {
  /** From now on it is worth nothing, whatever is said of it later. */
  refuse(hash: string): void;
  /** What its claims say is true. */
  accept(hash: string): void;
  find(hash: string): 'accepted' | 'refused' | undefined;
};

/** About 10 MB when it is full. */
const maxTokens = 50_000;

/** [doc] A token of the upstream lives for a day, in ms: after that its own end says as much. */
const lifetime = 24 * 60 * 60 * 1_000;

/**
 * Remembers refusals, so that what is held of a token's pages cannot be read with it any more. Who floods it with
 * tokens, one upstream call each, pushes out those that were not used for longest.
 */
export function createTokenStatuses(max = maxTokens): TokenStatuses {
  const verdicts = new LRUCache<string, 'accepted' | 'refused'>({ max, ttl: lifetime });
  return {
    refuse: (hash) => void verdicts.set(hash, 'refused'),
    accept(hash) {
      if (!verdicts.has(hash)) verdicts.set(hash, 'accepted');
    },
    find: (hash) => verdicts.get(hash),
  };
}
