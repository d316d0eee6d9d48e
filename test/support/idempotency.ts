import { setTimeout as wait } from 'node:timers/promises';
import type { ExistingReservation, IdempotencyStore, OwnReservation } from '../../src/idempotency/store.ts';

/** A store whose server is not there, yet or again, keeps nothing. */
export async function untilItClaims(store: IdempotencyStore): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    const claim = await store.reserve('until-it-claims', Buffer.alloc(1), 1);
    if (claim !== undefined) return claim.state === 'yours' ? claim.release() : undefined;
    await wait(20);
  }
  throw new Error('The store keeps nothing.');
}

export function own(claim: OwnReservation | ExistingReservation | undefined): OwnReservation {
  if (claim?.state !== 'yours') throw new Error(`The claim was answered with ${claim?.state}.`);
  return claim;
}
