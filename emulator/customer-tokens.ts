import { randomBytes } from 'node:crypto';
import { notFound, Refusal } from './api-error.ts';
import type { Clock } from './clock.ts';

/** How often one client may redeem within a window of time; more is a 429. */
export type RedeemLimit = { count: number; seconds: number };

/** Temporary tokens that stand for a customer (endpoints 10 and 11). */
export type CustomerTokens = {
  issue(customer: Customer, lifetime: { expiration: number; hits: number }): string;
  /** The customer's id, for one hit. @throws {Refusal} 404 unknown, 410 expired or used up, 429 too often [doc] */
  redeem(token: string, client: { clientKey: string; organizationId: string }): string;
  limit(limit: RedeemLimit): void;
  /** How many hits each token has left, the oldest first. */
  hits(): readonly number[];
};

type Customer = { cid: string; organizationId: string };
type Entry = Customer & { expiresAt: number; hits: number };

export const defaultRedeemLimit: RedeemLimit = { count: 60, seconds: 10 };

/** Tokens are remembered beyond their end, because 410 and 404 differ; but not without bounds. */
const maxTokens = 50_000;

export function createCustomerTokens(clock: Clock, initial: RedeemLimit): CustomerTokens {
  const entries = new Map<string, Entry>();
  const windows = new Map<string, { until: number; count: number }>();
  let limit = initial;

  function countRedeeming(clientKey: string): void {
    const now = clock.now();
    let window = windows.get(clientKey);
    if (window === undefined || window.until <= now) {
      window = { until: now + limit.seconds * 1000, count: 0 };
      windows.set(clientKey, window);
    }
    if (window.count >= limit.count) {
      const wait = Math.ceil((window.until - now) / 1000);
      throw new Refusal(429, 'Too many tokens redeemed', { 'retry-after': String(wait) });
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
    redeem(token, { clientKey, organizationId }) {
      countRedeeming(clientKey);
      const entry = entries.get(token);
      if (entry === undefined || entry.organizationId !== organizationId) throw notFound();
      if (entry.hits <= 0 || entry.expiresAt <= clock.now())
        throw new Refusal(410, 'The token has expired or is used up');
      entry.hits--;
      return entry.cid;
    },
    limit(changed) {
      limit = changed;
      windows.clear();
    },
    hits: () => [...entries.values()].map(({ hits }) => hits),
  };
}
