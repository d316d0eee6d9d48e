import { LRUCache } from 'lru-cache';

/** What the upstream has answered about tokens that only it can verify. Tokens are named by their hash. */
export type TokenStatuses = {
  /** Marks a token as invalid, for good. */
  reject(hash: string): void;
  /** Marks a token as genuine, and with `proven` its organization as true, unless the token was rejected. */
  accept(hash: string, status: 'accepted' | 'proven'): void;
  find(hash: string): TokenStatus | undefined;
};

/** `proven` means that the upstream has accepted the token for its organization. */
export type TokenStatus = 'accepted' | 'proven' | 'rejected';

/** About 10 MB when all are in use. */
const maxStatuses = 50_000;

/** [doc] An upstream token is valid for a day, in ms; after that its own expiry rejects it. */
const statusTtlMs = 24 * 60 * 60 * 1_000;

/**
 * Creates the store of token statuses. A flood of invalid tokens costs the sender one upstream call for each, and evicts the
 * least recently used entries only.
 */
export function createTokenStatuses(max = maxStatuses): TokenStatuses {
  const statuses = new LRUCache<string, TokenStatus>({ max, ttl: statusTtlMs });
  return {
    reject: (hash) => void statuses.set(hash, 'rejected'),
    accept(hash, status) {
      const held = statuses.get(hash);
      if (held === undefined || (held === 'accepted' && status === 'proven')) statuses.set(hash, status);
    },
    find: (hash) => statuses.get(hash),
  };
}
