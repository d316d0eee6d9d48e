import { fnv1aHash } from '../../crypto/text-hash.ts';

/** An answer as it came. */
export type BufferedResponse = {
  /** Its tag, by its hash, and the mark of its read: see `Forgets`. */
  readonly tag: number;
  readonly invalidation: number;
  /** When it was asked for, on the monotonic clock, in ms. */
  readonly requestedAt: number;
  readonly bytes: Buffer;
};

/** Answers that nobody has asked for again yet, first in, first out. */
export type FirstReadBuffer = {
  /** Whether there is room for such an answer; if so it is kept, in a copy. */
  put(key: string, answer: BufferedResponse): boolean;
  /** When the answer with this key was asked for; undefined when there is none. */
  requestedAt(key: string): number | undefined;
  /** Takes an answer out. Its bytes are good until the next `put`: they are to be read at once. */
  take(key: string): BufferedResponse | undefined;
};

/** Where a record has what, in bytes. Behind its head are its key and the answer. */
const field = { older: 0, at: 8, mark: 16, hash: 24, tag: 28, keyLength: 32, length: 36 };
const headLength = 40;

/** A record that there is not. */
const none = Number.NEGATIVE_INFINITY;

/** What takes more than this part of all is not for here: it would push out too much. */
const largestPart = 1 / 8;

/**
 * Most answers are never asked for again. Kept as objects each of them outlives two young collections, by which V8 moves it
 * to the old generation, and that costs more than to parse it. Here they are records, one behind the other in one
 * buffer around and around, found by chains of positions: nothing is made for an answer.
 *
 * A position counts all bytes since the start, so that a record is overwritten when its position is too far behind.
 */
export function createFirstReadBuffer({ maxBytes }: { maxBytes: number }): FirstReadBuffer {
  const memory = Buffer.allocUnsafeSlow(maxBytes);
  const numbers = new DataView(memory.buffer);
  /** The newest record of each chain; a chain for each kilobyte. */
  const newest = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(1, maxBytes / 1_024)))).fill(none);
  let end = 0;

  const isThere = (position: number) => position >= end - maxBytes;
  const chainOf = (hash: number) => hash & (newest.length - 1);

  function keyAt(start: number): string {
    const from = start + headLength;
    return memory.toString('utf8', from, from + numbers.getUint32(start + field.keyLength));
  }

  function find(key: string): number | undefined {
    const hash = fnv1aHash(key);
    let position = newest[chainOf(hash)] ?? none;
    while (isThere(position)) {
      const start = position % maxBytes;
      // Nobody gets what was read for another, so it is the key that counts.
      if (numbers.getInt32(start + field.hash) === hash && keyAt(start) === key) return start;
      position = numbers.getFloat64(start + field.older);
    }
    return undefined;
  }

  return {
    put(key, { tag, invalidation, requestedAt, bytes }) {
      const most = headLength + 3 * key.length + bytes.length; // a unit of a text takes up to 3 bytes
      if (most > maxBytes * largestPart) return false;
      const left = maxBytes - (end % maxBytes);
      const position = most > left ? end + left : end; // in one piece
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
      numbers.setUint32(start + field.keyLength, 0); // no key is empty
      return {
        tag: numbers.getInt32(start + field.tag),
        invalidation: numbers.getFloat64(start + field.mark),
        requestedAt: numbers.getFloat64(start + field.at),
        bytes: memory.subarray(from, from + numbers.getUint32(start + field.length)),
      };
    },
  };
}
