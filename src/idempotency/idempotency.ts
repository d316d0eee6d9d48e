import { createHash } from 'node:crypto';
import { type Caller, callerKey } from '../auth/caller.ts';
import type { Aead } from '../crypto/aead.ts';
import { stableHash } from '../crypto/stable-hash.ts';
import { BadUserInput, Detail, OutcomeUnknown, PublicError, UpstreamUnavailable, WriteInProgress } from '../errors.ts';
import type { ExistingReservation, IdempotencyStore, OwnReservation } from './store.ts';

/**
 * Makes a write that is safe to repeat for 24 hours under the `Idempotency-Key` of the request; without one it is
 * just made.
 *
 * @throws what `write` throws; before anything was sent {BadUserInput} for a key that is none, or was used for another
 *   input, {InProgress} while its first use goes on, and {UpstreamUnavailable} when keys cannot be kept;
 *   {OutcomeUnknown} when nobody knows what became of the first use
 */
export type IdempotentWrite = <T>(write: IdempotentWriteOptions<T>) => Promise<T>;

export type IdempotentWriteOptions<T> = {
  /** Where its answer goes, like `createContacts.3`: the writes of one request are different ones. */
  path: string;
  /** All arguments. Whoever repeats gives the same. */
  input: unknown;
  /** The write and nothing else: of a {PublicError} it is taken that nothing was done, but for {OutcomeUnknown}. */
  write: () => Promise<T>;
  /** What is kept of an answer, as JSON: nothing that is given only once. */
  toRecord: (answer: T) => unknown;
  /** The answer to a repeat, of what `toKept` gave. */
  fromRecord: (kept: unknown) => T;
};

/** The writes of one caller's request. @param header its `Idempotency-Key`, as it came */
export type Idempotency = (caller: Caller, header: string | undefined) => IdempotentWrite;

export type IdempotencyOptions = {
  store: IdempotencyStore;
  aead: Aead;
  /** How long an operation may take, in ms. */
  deadlineMs: number;
};

/** What is kept of a key, sealed: of its first use, what it was and what became of it. */
type KeyRecord = { fingerprint: string; answer?: unknown; unknown?: string };

/** After the deadline of its operation, a write is not hoped for much longer, in ms: its process has ended. */
const graceMs = 60_000;

const keyPattern = /^[\x21-\x7e]{1,255}$/;

const unknownOutcome =
  'What became of the first use of this Idempotency-Key is unknown. Look for what it should have done before you send it with another key.';

export function createIdempotency({ store, aead, deadlineMs }: IdempotencyOptions): Idempotency {
  return (caller, header) => async (call) => {
    if (header === undefined) return call.write();
    if (!keyPattern.test(header)) {
      throw new BadUserInput('An Idempotency-Key is 1 to 255 visible ASCII characters, without spaces.');
    }
    const key = keyOf(caller, header, call.path);
    const fingerprint = stableHash(call.input);
    const seals = (record: KeyRecord) => aead.encrypt(Buffer.from(JSON.stringify(record)), bindingOf(key));
    const claim = await store.reserve(key, seals({ fingerprint }), deadlineMs + graceMs);
    if (claim === undefined) {
      throw new UpstreamUnavailable(
        'Nothing was done, for an Idempotency-Key cannot be kept now. Send this again later.',
        {
          cause: new Detail('the store of idempotency keys'),
        },
      );
    }
    if (claim.state === 'yours') {
      return settle(claim, call, (outcome) => seals({ fingerprint, ...outcome }));
    }
    return call.fromRecord(keptOf(claim, openRecord(aead.decrypt(claim.record, bindingOf(key))), fingerprint));
  };
}

async function settle<T>(
  claim: OwnReservation,
  { write, toRecord }: IdempotentWriteOptions<T>,
  seals: (outcome: Omit<KeyRecord, 'fingerprint'>) => Buffer,
): Promise<T> {
  let answer: T;
  try {
    answer = await write();
  } catch (error) {
    if (error instanceof PublicError && !(error instanceof OutcomeUnknown)) await claim.release();
    else await claim.complete(seals({ unknown: error instanceof OutcomeUnknown ? error.message : unknownOutcome }));
    throw error;
  }
  await claim.complete(seals({ answer: toRecord(answer) }));
  return answer;
}

/** @throws whatever a repeat is told instead of an answer */
function keptOf({ state }: ExistingReservation, record: KeyRecord | undefined, fingerprint: string): unknown {
  // Sealed with a key that this replica has not, or no more: what it was cannot be told, only that it was.
  if (record === undefined) throw new OutcomeUnknown(unknownOutcome, false);
  if (record.fingerprint !== fingerprint) {
    throw new BadUserInput('This Idempotency-Key was used for another input. Each write takes a key of its own.');
  }
  if (state === 'busy') {
    throw new WriteInProgress(
      'The first use of this Idempotency-Key is still being worked on. Send this again in a moment.',
    );
  }
  if (state === 'left' || record.unknown !== undefined) {
    throw new OutcomeUnknown(record.unknown ?? unknownOutcome, false);
  }
  return record.answer;
}

function openRecord(opened: Buffer | undefined): KeyRecord | undefined {
  return opened && JSON.parse(opened.toString('utf8'));
}

/** No caller meets the keys of another. */
function keyOf(caller: Caller, header: string, path: string): string {
  return createHash('sha256')
    .update(JSON.stringify([callerKey(caller), header, path]))
    .digest('base64url');
}

/** A record is good in its own place only. */
function bindingOf(key: string): string {
  return `once:${key}`;
}
