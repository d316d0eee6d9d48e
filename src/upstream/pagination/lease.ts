import { setTimeout as wait } from 'node:timers/promises';
import type { ScrollSession } from './scroll-session.ts';
import type { LeaseResult, ScrollSessionStore } from './session-store.ts';

/** How long to wait for another reader of the same scroll, in ms. After that, opening a new scroll is faster. */
export const leaseWaitMs = 700;

/**
 * Acquires the lease of a session as soon as no other reader holds it.
 *
 * @param waitUntil when to stop waiting, in ms on the monotonic clock; the result is "busy" then
 */
export async function acquireLease(
  store: ScrollSessionStore,
  key: string,
  session: ScrollSession,
  waitUntil: number,
): Promise<LeaseResult> {
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, 20)) {
    const lease = await store.acquireLease(key, session);
    if (lease !== 'busy' || performance.now() > waitUntil) return lease;
    await wait(pauseMs);
  }
}
