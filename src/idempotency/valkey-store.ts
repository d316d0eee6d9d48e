import { randomUUID } from 'node:crypto';
import { parseDone, type Valkey } from '../valkey/connection.ts';
import { type ExistingReservation, type IdempotencyStore, idempotencyRecordMs, minEvictionAgeMs } from './store.ts';
import { createUnstoredOutcomes, type UnstoredOutcomesOptions } from './unstored-outcomes.ts';
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
 * An outcome that the server does not confirm is sent again until it does. Meanwhile this process answers repeated requests
 * from its memory: if the server comes back empty, the write is not made a second time.
 *
 * @param maxKeys how many new keys one caller may have in an hour
 * @param options how many outcomes wait for the server, and how often they are sent
 */
export function createValkeyIdempotencyStore(
  valkey: Valkey,
  maxKeys = maxKeysPerHour,
  options: UnstoredOutcomesOptions = {},
): IdempotencyStore {
  const outcomes = createUnstoredOutcomes(options);
  return {
    async reserve(key, record, busyMs, caller) {
      const unstored = outcomes.find(key);
      if (unstored?.record !== undefined) return { state: 'done', record: unstored.record };
      // A key that is to be freed can be used again, once the server has freed it.
      if (unstored !== undefined && !(await outcomes.send(key))) return undefined;
      const name = prefix + key;
      const share = sharePrefix + caller;
      const owner = randomUUID();
      const reservation = await valkey.run(reserveScript, name, [unconfirmedMs, owner, record], parseReservation);
      if (reservation !== 'yours') return reservation;
      // Counted after the reservation, so that a repeated request finds its record although the share is used up.
      const retryAfterMs = await valkey.run(countKeyScript, share, [minEvictionAgeMs, maxKeys, key], Number);
      const release = () => valkey.run(releaseReservationScript, name, [owner], parseDone);
      if (retryAfterMs !== 0) await release();
      if (retryAfterMs === undefined) return undefined;
      if (retryAfterMs > 0) return { state: 'exceeded', retryAfterMs };
      const confirmation = [idempotencyRecordMs, owner, busyMs];
      const confirmed = await valkey.run(confirmReservationScript, name, confirmation, parseDone);
      if (confirmed === undefined) return undefined;
      return {
        state: 'yours',
        complete: (answer) =>
          outcomes.store(key, {
            record: answer,
            send: (lifeMs) =>
              valkey.run(completeReservationScript, name, [Math.ceil(lifeMs), owner, answer], parseDone),
          }),
        release: () =>
          outcomes.store(key, {
            record: undefined,
            async send() {
              const [done] = await Promise.all([release(), valkey.run(uncountKeyScript, share, [key], parseDone)]);
              return done;
            },
          }),
      };
    },
    async close() {
      await outcomes.close();
      valkey.close();
    },
  };
}

function parseReservation(reply: unknown): 'yours' | ExistingReservation {
  const [text, record] = Array.isArray(reply) ? reply : [];
  const state = (['busy', 'left', 'done'] as const).find((allowed) => allowed === String(text));
  if (state !== undefined && Buffer.isBuffer(record)) return { state, record };
  if (String(text) === 'yours') return 'yours';
  throw new Error('The script returned no result of a reservation.');
}
