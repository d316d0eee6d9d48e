import { fnv1aHash } from '../../crypto/text-hash.ts';

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

/** Responses that were read once so far. The oldest is dropped first. */
export type FirstReadBuffer = {
  /** Keeps a copy of a response; returns false if it is too large for the buffer. */
  put(key: string, answer: BufferedResponse): boolean;
  /** Returns when the response with this key was requested; undefined if there is none. */
  requestedAt(key: string): number | undefined;
  /** Removes a response and returns it. Its bytes are valid until the next `put` only. */
  take(key: string): BufferedResponse | undefined;
};

/** The offsets in the header of a record, in bytes. Its key and its response follow the header. */
const field = { older: 0, at: 8, mark: 16, hash: 24, tag: 28, keyLength: 32, length: 36 };
const headLength = 40;

/** The position of no record. */
const none = Number.NEGATIVE_INFINITY;

/** A response that takes a larger fraction of the buffer is refused, because it would overwrite too many others. */
const maxFraction = 1 / 8;

/**
 * Creates a ring buffer for responses that were read once. Most responses are never requested again. As objects, they would
 * survive two young collections, and V8 would move each to the old generation, which costs more than parsing it again. Here
 * they are records in one buffer, found through a hash table with chains, and no object is created for a response (ADR 22).
 *
 * A position counts all bytes since the start. A record is overwritten if its position is more than `maxBytes` behind.
 */
export function createFirstReadBuffer({ maxBytes }: { maxBytes: number }): FirstReadBuffer {
  const memory = Buffer.allocUnsafeSlow(maxBytes);
  const numbers = new DataView(memory.buffer);
  /** The position of the newest record of each chain; there is one chain for each kilobyte. */
  const newest = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(1, maxBytes / 1_024)))).fill(none);
  let end = 0;

  const isPresent = (position: number) => position >= end - maxBytes;
  const chainOf = (hash: number) => hash & (newest.length - 1);

  function keyAt(start: number): string {
    const from = start + headLength;
    return memory.toString('utf8', from, from + numbers.getUint32(start + field.keyLength));
  }

  function find(key: string): number | undefined {
    const hash = fnv1aHash(key);
    let position = newest[chainOf(hash)] ?? none;
    while (isPresent(position)) {
      const start = position % maxBytes;
      // The hash alone is not enough: another caller's key may have the same.
      if (numbers.getInt32(start + field.hash) === hash && keyAt(start) === key) return start;
      position = numbers.getFloat64(start + field.older);
    }
    return undefined;
  }

  return {
    put(key, { tag, invalidation, requestedAt, bytes }) {
      const maxLength = headLength + 3 * key.length + bytes.length; // A UTF-16 unit takes up to 3 bytes.
      if (maxLength > maxBytes * maxFraction) return false;
      const rest = maxBytes - (end % maxBytes);
      const position = maxLength > rest ? end + rest : end; // A record is contiguous.
      const start = position % maxBytes;
      const hash = fnv1aHash(key);
      const keyLength = memory.write(key, start + headLength);
      numbers.setFloat64(start + field.older, newest[chainOf(hash)] ?? none);
      numbers.setFloat64(start + field.at, requestedAt);
      numbers.setFloat64(start + field.mark, invalidation);
      numbers.setInt32(start + field.hash, hash);
      numbers.setInt32(start + field.tag, tag);
      numbers.setUint32(start + field.keyLength, keyLength);
      numbers.setUint32(start + field.length, bytes.length);
      bytes.copy(memory, start + headLength + keyLength);
      newest[chainOf(hash)] = position;
      end = position + headLength + keyLength + bytes.length;
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
      numbers.setUint32(start + field.keyLength, 0); // Hides the record: no key is empty.
      return {
        tag: numbers.getInt32(start + field.tag),
        invalidation: numbers.getFloat64(start + field.mark),
        requestedAt: numbers.getFloat64(start + field.at),
        bytes: memory.subarray(from, from + numbers.getUint32(start + field.length)),
      };
    },
  };
}
