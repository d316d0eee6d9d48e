import { randomUUID } from 'node:crypto';
import { parseDone, type Valkey } from '../valkey/connection.ts';
import { type ExistingReservation, type IdempotencyStore, idempotencyRecordMs, minEvictionAgeMs } from './store.ts';
import {
  completeReservationScript,
  confirmReservationScript,
  countKeyScript,
  releaseReservationScript,
  reserveScript,
  uncountKeyScript,
} from './valkey-scripts.ts';

/** Includes the version of the stored format, which replicas of different releases share. */
const prefix = 'contactgraph:once:1:';
const sharePrefix = 'contactgraph:once-share:1:';

/** New keys of one caller in an hour: about 50 MB of the server's memory. */
const maxKeysPerHour = 50_000;

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
 *
 * @param maxKeys how many new keys one caller may have in an hour
 */
export function createValkeyIdempotencyStore(valkey: Valkey, maxKeys = maxKeysPerHour): IdempotencyStore {
  return {
    async reserve(key, record, busyMs, caller) {
      const name = prefix + key;
      const share = sharePrefix + caller;
      const owner = randomUUID();
      const reservation = await valkey.run(reserveScript, name, [unconfirmedMs, owner, record], parseReservation);
      if (reservation !== 'yours') return reservation;
      // Counted after the reservation, so that a repeated request finds its record although the share is used up.
      const retryAfterMs = await valkey.run(countKeyScript, share, [minEvictionAgeMs, maxKeys, key], Number);
      async function release(): Promise<void> {
        await valkey.run(releaseReservationScript, name, [owner], parseDone);
      }
      if (retryAfterMs !== 0) await release();
      if (retryAfterMs === undefined) return undefined;
      if (retryAfterMs > 0) return { state: 'exceeded', retryAfterMs };
      const confirmation = [idempotencyRecordMs, owner, busyMs];
      const confirmed = await valkey.run(confirmReservationScript, name, confirmation, parseDone);
      if (confirmed === undefined) return undefined;
      return {
        state: 'yours',
        async complete(answer) {
          await valkey.run(completeReservationScript, name, [idempotencyRecordMs, owner, answer], parseDone);
        },
        async release() {
          await Promise.all([release(), valkey.run(uncountKeyScript, share, [key], parseDone)]);
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
