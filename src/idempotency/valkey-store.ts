import { randomUUID } from 'node:crypto';
import { parseDone, type Valkey } from '../valkey/connection.ts';
import { type ExistingReservation, type IdempotencyStore, idempotencyRecordMs } from './store.ts';
import {
  completeReservationScript,
  confirmReservationScript,
  releaseReservationScript,
  reserveScript,
} from './valkey-scripts.ts';

/** Of the form in which keys are kept: replicas of another version do not see them. */
const prefix = 'contactgraph:once:1:';

/** How long a claim lives that nobody has confirmed, in ms: longer than two answers of the server may take. */
const unconfirmedMs = 2_000;

/**
 * Keys that replicas share. What the server has lost, by a restart without its file, say, or because it made room, is
 * forgotten: a repeat would write again.
 *
 * A claim is made, and then confirmed for 24 hours. For a server that is too slow makes a claim all the same, later,
 * when its owner has long given up and told the client to come again, and nobody would ever settle it: such a claim
 * is gone after moments. Only if the server fails between the two, within a millisecond, a key is lost to a write that
 * never was.
 */
export function createValkeyIdempotencyStore(valkey: Valkey): IdempotencyStore {
  return {
    async reserve(key, record, busyMs) {
      const name = prefix + key;
      const owner = randomUUID();
      const claim = await valkey.run(reserveScript, name, [unconfirmedMs, owner, record], toClaim);
      if (claim !== 'yours') return claim;
      if (
        (await valkey.run(confirmReservationScript, name, [idempotencyRecordMs, owner, busyMs], parseDone)) ===
        undefined
      )
        return undefined;
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

function toClaim(answer: unknown): 'yours' | ExistingReservation {
  const [said, record] = Array.isArray(answer) ? answer : [];
  const state = (['busy', 'left', 'done'] as const).find((known) => known === String(said));
  if (state !== undefined && Buffer.isBuffer(record)) return { state, record };
  if (String(said) === 'yours') return 'yours';
  throw new Error('This is no answer to a claim.');
}
