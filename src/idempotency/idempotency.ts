import { createHash } from 'node:crypto';
import { type Caller, callerKey } from '../auth/caller.ts';
import type { Aead } from '../crypto/aead.ts';
import { stableHash } from '../crypto/stable-hash.ts';
import {
  BadUserInput,
  Detail,
  OutcomeUnknown,
  PublicError,
  RateLimited,
  UpstreamUnavailable,
  WriteInProgress,
} from '../errors.ts';
import type { ExistingReservation, IdempotencyStore, OwnReservation } from './store.ts';

/**
 * Makes a write that can be repeated safely for 24 hours with the `Idempotency-Key` of its request. Without a key the write
 * is made directly.
 *
 * @throws what `write` throws. Without an upstream call: {BadUserInput} for an invalid key or one that was used with other
 *   input, {WriteInProgress} while its first use is pending, {UpstreamUnavailable} when the key cannot be stored,
 *   {RateLimited} when too many keys of the caller are stored, and {OutcomeUnknown} when the outcome of the first use is unknown
 */
export type IdempotentWrite = <T>(write: IdempotentWriteOptions<T>) => Promise<T>;

/** A write with its identity and its result. */
export type IdempotentWriteOptions<T> = {
  /** Response path of the write, like `createContacts.3`: it distinguishes the writes of one request. */
  path: string;
  /** All arguments of the write. A repeated request must have the same. */
  input: unknown;
  /** Only the write itself: a {PublicError} other than {OutcomeUnknown} means that nothing was written. */
  write: () => Promise<T>;
  /** Selects what is stored of the result, as JSON: no secrets that are shown only once. */
  toRecord: (answer: T) => unknown;
  /** Makes the result of a repeated request from what `toRecord` returned. */
  fromRecord: (record: unknown) => T;
};

/** Creates the idempotent writes of one request. @param header its `Idempotency-Key`, unchecked */
export type Idempotency = (caller: Caller, header: string | undefined) => IdempotentWrite;

/** The options of idempotent writes. */
export type IdempotencyOptions = {
  store: IdempotencyStore;
  aead: Aead;
  /** Maximum duration of an operation, in ms. */
  deadlineMs: number;
  /** Called when a repeated request gets the stored result of its first use. */
  onReplay?: (() => void) | undefined;
};

/** What is stored of a key, encrypted: the hash of the input and the outcome. The names are a format of 24 hours. */
type KeyRecord = { fingerprint: string; answer?: unknown; unknown?: string };

/** Time after the operation's deadline, in ms, after which the process of the write is assumed to have crashed. */
const graceMs = 60_000;

const keyPattern = /^[\x21-\x7e]{1,255}$/;

const unknownOutcome =
  'The outcome of the first use of this Idempotency-Key is unknown. Check whether it was executed before you repeat it with another key.';

/** Creates the idempotent writes of a gateway, whose results are encrypted in the store. */
export function createIdempotency({ store, aead, deadlineMs, onReplay }: IdempotencyOptions): Idempotency {
  return (caller, header) => async (call) => {
    if (header === undefined) return call.write();
    if (!keyPattern.test(header)) {
      throw new BadUserInput('An Idempotency-Key is 1 to 255 visible ASCII characters, without spaces.');
    }
    const key = keyOf(caller, header, call.path);
    const fingerprint = stableHash(call.input);
    const encryptRecord = (record: KeyRecord) => aead.encrypt(Buffer.from(JSON.stringify(record)), bindingOf(key));
    const reserved = encryptRecord({ fingerprint });
    const reservation = await store.reserve(key, reserved, deadlineMs + graceMs, callerKey(caller));
    if (reservation === undefined) {
      throw new UpstreamUnavailable(
        'Nothing was done, for an Idempotency-Key cannot be kept now. Send this again later.',
        {
          cause: new Detail('the store of idempotency keys'),
        },
      );
    }
    if (reservation.state === 'exceeded') {
      throw new RateLimited(
        'Nothing was done, for too many Idempotency-Keys of this caller are kept already. Send this again later.',
        Math.ceil(reservation.retryAfterMs / 1_000),
      );
    }
    if (reservation.state === 'yours') {
      return writeAndComplete(reservation, call, (outcome) => encryptRecord({ fingerprint, ...outcome }));
    }
    const record = parseRecord(aead.decrypt(reservation.record, bindingOf(key)));
    const answer = storedAnswer(reservation, record, fingerprint);
    onReplay?.();
    return call.fromRecord(answer);
  };
}

async function writeAndComplete<T>(
  reservation: OwnReservation,
  { write, toRecord }: IdempotentWriteOptions<T>,
  encryptOutcome: (outcome: Omit<KeyRecord, 'fingerprint'>) => Buffer,
): Promise<T> {
  let answer: T;
  try {
    answer = await write();
  } catch (error) {
    if (error instanceof PublicError && !(error instanceof OutcomeUnknown)) await reservation.release();
    else {
      const unknown = error instanceof OutcomeUnknown ? error.message : unknownOutcome;
      await reservation.complete(encryptOutcome({ unknown }));
    }
    throw error;
  }
  await reservation.complete(encryptOutcome({ answer: toRecord(answer) }));
  return answer;
}

/** @throws the error of a repeated request whose first use has no usable result */
function storedAnswer({ state }: ExistingReservation, record: KeyRecord | undefined, fingerprint: string): unknown {
  // Encrypted with a key that this replica does not have: the first use is certain, its input and outcome are not.
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

function parseRecord(bytes: Buffer | undefined): KeyRecord | undefined {
  return bytes && JSON.parse(bytes.toString('utf8'));
}

/** Includes the caller, so that callers cannot use the keys of others. */
function keyOf(caller: Caller, header: string, path: string): string {
  return createHash('sha256')
    .update(JSON.stringify([callerKey(caller), header, path]))
    .digest('base64url');
}

/** Binds a record to its key. */
function bindingOf(key: string): string {
  return `once:${key}`;
}
