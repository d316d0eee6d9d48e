import { setTimeout as wait } from 'node:timers/promises';
import type { ExistingReservation, IdempotencyStore, OwnReservation } from '../../src/idempotency/store.ts';

/** A store whose server is not there, yet or again, keeps nothing. */
export async function waitForIdempotencyStore(store: IdempotencyStore): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    const reservation = await store.reserve('until-it-claims', Buffer.alloc(1), 1);
    if (reservation !== undefined) return reservation.state === 'yours' ? reservation.release() : undefined;
    await wait(20);
  }
  throw new Error('The store keeps nothing.');
}

export function requireOwnReservation(reservation: OwnReservation | ExistingReservation | undefined): OwnReservation {
  if (reservation?.state !== 'yours') throw new Error(`The claim was answered with ${reservation?.state}.`);
  return reservation;
}
