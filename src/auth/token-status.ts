import { LRUCache } from 'lru-cache';

/** What the upstream has answered about tokens that only it can verify. Tokens are named by their hash. */
export type TokenStatuses = {
  /** Marks a token as invalid, for good. */
  reject(hash: string): void;
  /**
   * Marks a token as genuine, unless it was rejected.
   *
   * @param organizationId an organization for which the upstream has accepted the token
   */
  accept(hash: string, organizationId?: string): void;
  find(hash: string): TokenStatus | undefined;
  /** Whether the upstream has accepted the token for the organization. */
  isProven(hash: string, organizationId: string): boolean;
};

/** `accepted` means that the upstream has accepted the token. */
export type TokenStatus = 'accepted' | 'rejected';

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
  const keyOf = (hash: string, organizationId: string) => `${hash} ${organizationId}`;
  return {
    reject: (hash) => void statuses.set(hash, 'rejected'),
    accept(hash, organizationId) {
      const keys = organizationId === undefined ? [hash] : [hash, keyOf(hash, organizationId)];
      for (const key of keys) if (statuses.get(key) === undefined) statuses.set(key, 'accepted');
    },
    find: (hash) => statuses.get(hash),
    isProven: (hash, organizationId) => statuses.get(keyOf(hash, organizationId)) === 'accepted',
  };
}
