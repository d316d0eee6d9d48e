import { setTimeout as wait } from 'node:timers/promises';
import type { Walk } from './walk.ts';
import type { Claim, WalkStore } from './walk-store.ts';

/** How long to wait for another reader of the same scroll, in ms; then a scroll of one's own is faster. */
export const patience = 700;

/** Claims a walk as soon as nobody else reads it, unless that takes too long: then it is still busy. */
export async function claimPatiently(store: WalkStore, key: string, walk: Walk, giveUp: number): Promise<Claim> {
  for (let pause = 1; ; pause = Math.min(2 * pause, 20)) {
    const claim = await store.claim(key, walk);
    if (claim !== 'busy' || performance.now() > giveUp) return claim;
    await wait(pause);
  }
}
