import { setTimeout as wait } from 'node:timers/promises';
import type { ScrollSession } from './scroll-session.ts';
import type { LeaseResult, ScrollSessionStore } from './session-store.ts';

/** How long to wait for another reader of the same scroll, in ms; then a scroll of one's own is faster. */
export const leaseWaitMs = 700;

/** Claims a walk as soon as nobody else reads it, unless that takes too long: then it is still busy. */
export async function acquireLease(
  store: ScrollSessionStore,
  key: string,
  walk: ScrollSession,
  giveUp: number,
): Promise<LeaseResult> {
  for (let pause = 1; ; pause = Math.min(2 * pause, 20)) {
    const claim = await store.acquireLease(key, walk);
    if (claim !== 'busy' || performance.now() > giveUp) return claim;
    await wait(pause);
  }
}
