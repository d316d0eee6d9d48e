import { randomBytes } from 'node:crypto';
import { ApiError, notFound } from './api-error.ts';
import type { Clock } from './clock.ts';

/** How many tokens one client may redeem within a window of so many seconds. Further calls are a 429. */
export type RedeemLimit = { count: number; seconds: number };

/** Temporary tokens for customers (endpoints 10 and 11). */
export type CustomerTokens = {
  /** Issues a token. @param lifetime seconds until it expires, and how often it may be redeemed */
  issue(customer: Customer, lifetime: { expiration: number; hits: number }): string;
  /**
   * Uses one hit of a token and returns the customer's cid.
   *
   * @throws {ApiError} 404 for an unknown token, 410 for one without time or hits, 429 above the limit [doc]
   */
  redeem(token: string, client: { clientKey: string; organizations: readonly string[] }): string;
  setLimit(limit: RedeemLimit): void;
  /** Returns the remaining hits of each token, the oldest first. */
  remainingHits(): readonly number[];
};

type Customer = { cid: string; organizationId: string };
type Entry = Customer & { expiresAt: number; hits: number };

/** The limit without configuration. */
export const defaultRedeemLimit: RedeemLimit = { count: 60, seconds: 10 };

/** Expired tokens are kept, because they are a 410 and unknown ones a 404. This bounds the memory. */
const maxTokens = 50_000;

/** Creates an empty store. @param initial the limit until `setLimit` is called */
export function createCustomerTokens(clock: Clock, initial: RedeemLimit): CustomerTokens {
  const entries = new Map<string, Entry>();
  const windows = new Map<string, { until: number; count: number }>();
  let limit = initial;

  function countRedemption(clientKey: string): void {
    const now = clock.now();
    let window = windows.get(clientKey);
    if (window === undefined || window.until <= now) {
      window = { until: now + limit.seconds * 1000, count: 0 };
      windows.set(clientKey, window);
    }
    if (window.count >= limit.count) {
      const wait = Math.ceil((window.until - now) / 1000);
      throw new ApiError(429, 'Too many tokens redeemed', { 'retry-after': String(wait) });
    }
    window.count++;
  }

  return {
    issue({ cid, organizationId }, { expiration, hits }) {
      const token = randomBytes(24).toString('base64url');
      entries.set(token, { cid, organizationId, expiresAt: clock.now() + expiration * 1000, hits });
      const [oldest] = entries.keys();
      if (entries.size > maxTokens && oldest !== undefined) entries.delete(oldest);
      return token;
    },
    redeem(token, { clientKey, organizations }) {
      countRedemption(clientKey);
      const entry = entries.get(token);
      if (entry === undefined || !organizations.includes(entry.organizationId)) throw notFound();
      if (entry.hits <= 0 || entry.expiresAt <= clock.now())
        throw new ApiError(410, 'The token has expired or is used up');
      entry.hits--;
      return entry.cid;
    },
    setLimit(newLimit) {
      limit = newLimit;
      windows.clear();
    },
    remainingHits: () => [...entries.values()].map(({ hits }) => hits),
  };
}
