import { randomUUID } from 'node:crypto';
import { parseDone, type Valkey } from '../valkey/connection.ts';
import { type ExistingReservation, type IdempotencyStore, idempotencyRecordMs } from './store.ts';
import {
  completeReservationScript,
  confirmReservationScript,
  releaseReservationScript,
  reserveScript,
} from './valkey-scripts.ts';

/** Includes the version of the stored format, which replicas of different releases share. */
const prefix = 'contactgraph:once:1:';

/** How long an unconfirmed reservation lives, in ms: longer than two commands may take. */
const unconfirmedMs = 2_000;

/**
 * Creates a store that replicas share. Records that the server loses, by eviction or by a restart without persistence, are
 * forgotten: a repeated write is made again.
 *
 * A reservation is made for moments, and then confirmed for 24 hours. A server that is too slow still executes the first
 * command later, when the gateway has already told the client to try again; that reservation, which no write completes,
 * then expires soon. Only a failure of the server between the two commands, within a millisecond, blocks a key without a
 * write.
 */
export function createValkeyIdempotencyStore(valkey: Valkey): IdempotencyStore {
  return {
    async reserve(key, record, busyMs) {
      const name = prefix + key;
      const owner = randomUUID();
      const reservation = await valkey.run(reserveScript, name, [unconfirmedMs, owner, record], parseReservation);
      if (reservation !== 'yours') return reservation;
      const confirmation = [idempotencyRecordMs, owner, busyMs];
      const confirmed = await valkey.run(confirmReservationScript, name, confirmation, parseDone);
      if (confirmed === undefined) return undefined;
      return {
        state: 'yours',
        async complete(answer) {
          await valkey.run(completeReservationScript, name, [idempotencyRecordMs, owner, answer], parseDone);
        },
        async release() {
          await valkey.run(releaseReservationScript, name, [owner], parseDone);
        },
      };
    },
    close: async () => valkey.close(),
  };
}

function parseReservation(reply: unknown): 'yours' | ExistingReservation {
  const [text, record] = Array.isArray(reply) ? reply : [];
  const state = (['busy', 'left', 'done'] as const).find((allowed) => allowed === String(text));
  if (state !== undefined && Buffer.isBuffer(record)) return { state, record };
  if (String(text) === 'yours') return 'yours';
  throw new Error('The script returned no result of a reservation.');
}
