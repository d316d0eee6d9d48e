import { LRUCache } from 'lru-cache';

/** The tokens that their callers have revoked at any replica. Tokens are named by their hash. */
export type RevokedTokens = {
  /**
   * Refuses a token from now on. Resolves when the other replicas can know it, or when it has to be repeated later.
   *
   * @param expiresAt in seconds since 1970
   */
  revoke(hash: string, expiresAt: number | undefined): Promise<void>;
  /** Whether this process knows that a token was revoked. */
  has(hash: string): boolean;
  /** Whether a token was revoked. A promise only where the other replicas have to be asked. */
  isRevoked(hash: string): boolean | Promise<boolean>;
  /** The number of revocations so far. An operation that began before a revocation is not shared with later requests. */
  count(): number;
  close(): void;
};

/** The revocations that replicas share. A failure is no result instead of an error. */
export type SharedRevocations = {
  /** Sends a revocation to all replicas, also to those that start later. @param expiresAtMs when it is not needed any more */
  record(hash: string, expiresAtMs: number): Promise<void>;
  /** Whether a replica has recorded a revocation; undefined if that cannot be found out. */
  find(hash: string): Promise<boolean | undefined>;
  /** Whether revocations of other replicas are received at the moment. */
  isListening(): boolean;
  close(): void;
};

/** Receives what happens at the other replicas. */
export type RevocationListener = {
  onRevoked(hash: string): void;
  /** The subscription is up, first or again: earlier revocations may have been missed. */
  onListening(): void;
};

/** About 5 MB when all are in use. */
const maxTokens = 50_000;

/** [doc] A token is valid for a day, in ms. */
const tokenLifetimeMs = 24 * 60 * 60 * 1_000;

/**
 * Creates the store. A token that this process has not seen before is looked up once at the other replicas; from then on
 * their revocations arrive as messages, so that a request costs no lookup. While no messages arrive, each request is looked up.
 * If that fails as well, the upstream refuses the token.
 *
 * @param connect connects to the other replicas, if there are any
 */
export function createRevokedTokens(connect?: (listener: RevocationListener) => SharedRevocations): RevokedTokens {
  const revoked = new LRUCache<string, true>({ max: maxTokens, ttl: tokenLifetimeMs });
  /**
   * Tokens that were not revoked when they were looked up; since then every message has been received. Tokens in use stay
   * when others are made up.
   */
  const valid = new LRUCache<string, true>({ max: maxTokens });
  let count = 0;
  let subscriptions = 0;
  const shared = connect?.({
    onRevoked: add,
    onListening() {
      subscriptions += 1;
      valid.clear();
    },
  });

  function add(hash: string): void {
    count += 1;
    revoked.set(hash, true);
    valid.delete(hash);
  }

  async function lookUp({ find, isListening }: SharedRevocations, hash: string): Promise<boolean> {
    const subscription = isListening() ? subscriptions : undefined;
    const found = await find(hash);
    if (found) add(hash);
    else if (found === false && subscription === subscriptions && isListening()) valid.set(hash, true);
    return revoked.has(hash);
  }

  return {
    async revoke(hash, expiresAt) {
      add(hash);
      const expiresAtMs = expiresAt === undefined ? Date.now() + tokenLifetimeMs : expiresAt * 1_000;
      await shared?.record(hash, expiresAtMs);
    },
    has: (hash) => revoked.has(hash),
    isRevoked(hash) {
      if (revoked.has(hash)) return true;
      if (shared === undefined || (shared.isListening() && valid.get(hash))) return false;
      return lookUp(shared, hash);
    },
    count: () => count,
    close: () => shared?.close(),
  };
}
