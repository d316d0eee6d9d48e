import { setTimeout as wait } from 'node:timers/promises';
import type { IdempotencyStore, OwnReservation } from '../../src/idempotency/store.ts';

/** Waits until the store makes reservations, because one without a connection to its server makes none. */
export async function waitForIdempotencyStore(store: IdempotencyStore): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    const reservation = await store.reserve('wait-for-store', Buffer.alloc(1), 1, 'caller');
    if (reservation !== undefined) return reservation.state === 'yours' ? reservation.release() : undefined;
    await wait(20);
  }
  throw new Error('The store makes no reservation.');
}

export function requireOwnReservation(reservation: Awaited<ReturnType<IdempotencyStore['reserve']>>): OwnReservation {
  if (reservation?.state !== 'yours')
    throw new Error(`The key was not reserved but is in the state ${reservation?.state}.`);
  return reservation;
}
