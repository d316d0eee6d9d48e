import { fnv1aHash } from '../../crypto/text-hash.ts';
import { callerLength, maxShare } from './caller-lru.ts';

/** A response as it was received. */
export type BufferedResponse = {
  /** The hash of its tag. */
  readonly tag: number;
  /** The number of the last invalidation before its read: see `Invalidations`. */
  readonly invalidation: number;
  /** When it was requested, in ms on the monotonic clock. */
  readonly requestedAt: number;
  readonly bytes: Buffer;
};

/**
 * Responses that were read once so far. A key begins with its caller, up to a space or a slash. The oldest response is dropped
 * first, but while a caller has more than a quarter of the buffer, no response of a caller with less is dropped.
 */
export type FirstReadBuffer = {
  /** Keeps a copy of a response, whose key is not in the buffer; returns false if it is too large for the buffer. */
  put(key: string, answer: BufferedResponse): boolean;
  /** Returns when the response with this key was requested; undefined if there is none. */
  requestedAt(key: string): number | undefined;
  /** Removes a response and returns it. Its bytes are valid until the next `put` only. */
  take(key: string): BufferedResponse | undefined;
};

/**
 * The offsets in the header of a record, in bytes. Its key and its response follow the header. `distance` is that to the next
 * record, and `caller` the hash of the caller.
 */
const field = { older: 0, at: 8, mark: 16, hash: 24, tag: 28, keyLength: 32, length: 36, distance: 40, caller: 44 };
const headLength = 48;

/** The position of no record. */
const none = Number.NEGATIVE_INFINITY;

/** A response that takes a larger fraction of the buffer is refused, because it would overwrite too many others. */
const maxFraction = 1 / 8;

/** Callers with the same slot have one share. A power of two. */
const callerSlots = 2 ** 14;

/** The responses of others that one `put` passes over at most, so that its time is bounded. */
const maxPassed = 1_000;

/**
 * Creates a ring buffer for responses that were read once. Most responses are never requested again. As objects, they would
 * survive two young collections, and V8 would move each to the old generation, which costs more than parsing it again. Here
 * they are records in one buffer, found through a hash table with chains, and no object is created for a response (ADR 22).
 *
 * A position counts all bytes since the start; its remainder by `maxBytes` is the place in the buffer. The records from `tail`
 * to `end` are present, each at most `maxBytes` before `end`. To make room, the record at `tail` is dropped. If it is to stay,
 * it gets the position that is `maxBytes` later instead: the same place, but it is the newest record then. Nothing is copied.
 */
export function createFirstReadBuffer({ maxBytes }: { maxBytes: number }): FirstReadBuffer {
  const memory = Buffer.allocUnsafeSlow(maxBytes);
  const numbers = new DataView(memory.buffer);
  /** The position of the newest record of each chain; there is one chain for each kilobyte. */
  const newest = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(1, maxBytes / 1_024)))).fill(none);
  /** The bytes of the records of each slot of callers. */
  const held = new Float64Array(callerSlots);
  const maxShareBytes = maxBytes * maxShare;
  /** The number of slots with more than their share. */
  let largeShares = 0;
  let tail = 0;
  let last = none;
  let end = 0;

  const chainOf = (hash: number) => hash & (newest.length - 1);
  const slotOf = (caller: number) => caller & (callerSlots - 1);
  const heldBy = (caller: number) => held[slotOf(caller)] ?? 0;
  const isHidden = (start: number) => memory[start + headLength] === 0;

  function addHeld(caller: number, bytes: number): void {
    const before = heldBy(caller);
    const after = before + bytes;
    held[slotOf(caller)] = after;
    largeShares += Number(after > maxShareBytes) - Number(before > maxShareBytes);
  }

  function keyAt(start: number): string {
    const from = start + headLength;
    return memory.toString('utf8', from, from + numbers.getUint32(start + field.keyLength));
  }

  function sizeAt(start: number): number {
    return headLength + numbers.getUint32(start + field.keyLength) + numbers.getUint32(start + field.length);
  }

  function find(key: string): number | undefined {
    const hash = fnv1aHash(key);
    let position = newest[chainOf(hash)] ?? none;
    while (position >= tail) {
      const start = position % maxBytes;
      // The hash alone is not enough: another caller's key may have the same.
      if (numbers.getInt32(start + field.hash) === hash && keyAt(start) === key) return start;
      position = numbers.getFloat64(start + field.older);
    }
    return undefined;
  }

  /** Makes a record, whose header is written, the newest one. Unused bytes before it belong to the record before. */
  function append(position: number): void {
    const start = position % maxBytes;
    const size = sizeAt(start);
    const chain = chainOf(numbers.getInt32(start + field.hash));
    if (last < tail) tail = position;
    else numbers.setUint32((last % maxBytes) + field.distance, position - last);
    numbers.setUint32(start + field.distance, size);
    numbers.setFloat64(start + field.older, newest[chain] ?? none);
    newest[chain] = position;
    last = position;
    end = position + size;
  }

  /** Whether a record stays although it is the oldest: a caller has more than its share, and it is not the record's. */
  function isProtected(start: number, caller: number, bytes: number): boolean {
    const owner = numbers.getInt32(start + field.caller);
    const isOwn = slotOf(owner) === slotOf(caller);
    const isLarge = heldBy(caller) + bytes > maxShareBytes;
    if ((largeShares === 0 && !isLarge) || (isOwn && isLarge)) return false;
    return heldBy(owner) <= maxShareBytes && !isHidden(start);
  }

  /** Drops the oldest records until there is a place for so many contiguous bytes of a caller. Returns its position. */
  function makeRoom(caller: number, bytes: number): number {
    for (let passed = 0; ; ) {
      const rest = maxBytes - (end % maxBytes);
      const position = bytes > rest ? end + rest : end;
      if (last < tail || position + bytes <= tail + maxBytes) return position;
      const oldest = tail;
      const start = oldest % maxBytes;
      tail += numbers.getUint32(start + field.distance);
      if (passed < maxPassed && isProtected(start, caller, bytes)) {
        append(oldest + maxBytes);
        passed += 1;
      } else {
        addHeld(numbers.getInt32(start + field.caller), -sizeAt(start));
      }
    }
  }

  return {
    put(key, { tag, invalidation, requestedAt, bytes }) {
      const maxLength = headLength + 3 * key.length + bytes.length; // A UTF-16 unit takes up to 3 bytes.
      if (maxLength > maxBytes * maxFraction) return false;
      const caller = fnv1aHash(key, callerLength(key));
      const position = makeRoom(caller, maxLength);
      const start = position % maxBytes;
      const keyLength = memory.write(key, start + headLength);
      numbers.setFloat64(start + field.at, requestedAt);
      numbers.setFloat64(start + field.mark, invalidation);
      numbers.setInt32(start + field.hash, fnv1aHash(key));
      numbers.setInt32(start + field.tag, tag);
      numbers.setUint32(start + field.keyLength, keyLength);
      numbers.setUint32(start + field.length, bytes.length);
      numbers.setInt32(start + field.caller, caller);
      bytes.copy(memory, start + headLength + keyLength);
      append(position);
      addHeld(caller, sizeAt(start));
      return true;
    },
    requestedAt(key) {
      const start = find(key);
      return start === undefined ? undefined : numbers.getFloat64(start + field.at);
    },
    take(key) {
      const start = find(key);
      if (start === undefined) return undefined;
      const from = start + headLength + numbers.getUint32(start + field.keyLength);
      memory[start + headLength] = 0; // Hides the record: no key begins with this character.
      return {
        tag: numbers.getInt32(start + field.tag),
        invalidation: numbers.getFloat64(start + field.mark),
        requestedAt: numbers.getFloat64(start + field.at),
        bytes: memory.subarray(from, from + numbers.getUint32(start + field.length)),
      };
    },
  };
}
