import { createHash } from 'node:crypto';
import type { UpstreamCall } from '../client/client.ts';

/** What identifies a call among those that may be refused. */
export type RefusableCall = Pick<UpstreamCall, 'method' | 'path' | 'query'>;

const rememberedMs = 60_000;
const maxCalls = 1_000;

/**
 * The calls that were refused with a token that had just been issued, so that they are not allowed. Each is remembered for a
 * minute, as a hash, because a path or a query may contain personal data. With 1,000 calls, the oldest is forgotten.
 */
export class RefusedCalls {
  /** The times at which the calls are forgotten, in ms on the monotonic clock, the earliest first. */
  readonly #endsAt = new Map<string, number>();

  /** @param now in ms on the monotonic clock */
  add(call: RefusableCall, now: number): void {
    const key = keyOf(call);
    this.#endsAt.delete(key);
    this.#endsAt.set(key, now + rememberedMs);
    const [oldest] = this.#endsAt.keys();
    if (this.#endsAt.size > maxCalls && oldest !== undefined) this.#endsAt.delete(oldest);
  }

  /** @param now in ms on the monotonic clock */
  has(call: RefusableCall, now: number): boolean {
    const endsAt = this.#endsAt.get(keyOf(call));
    return endsAt !== undefined && now < endsAt;
  }
}

function keyOf({ method, path, query }: RefusableCall): string {
  return createHash('sha256')
    .update(`${method} ${path}?${query ?? ''}`)
    .digest('base64url');
}
