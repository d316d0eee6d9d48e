import { fnv1aHash } from '../../crypto/text-hash.ts';

/**
 * Decides whether a tag was invalidated while a read was pending, without a record of the read itself: invalidations are
 * numbered, and a read remembers the number of the last one before it started.
 */
export type Invalidations = {
  /** Returns the number of the last invalidation. A read remembers it when it starts. */
  current(): number;
  /**
   * Whether the tag was invalidated after the invalidation with this number.
   *
   * @param tag the hash of the tag
   */
  isInvalidatedSince(tag: number, invalidation: number): boolean;
  /** Invalidates a tag. */
  add(tag: string): void;
  /** Invalidates all tags. */
  addAll(): void;
};

/** Tags with the same slot are invalidated together, which rarely costs a call too many. A power of two. */
const slots = 2 ** 14;

/** Creates the numbering. Its memory does not depend on the number of reads or tags. */
export function createInvalidations(): Invalidations {
  /** The number of the last invalidation of each slot. */
  const last = new Float64Array(slots);
  let count = 0;
  return {
    current: () => count,
    isInvalidatedSince: (tag, invalidation) => (last[tag & (slots - 1)] ?? 0) > invalidation,
    add(tag) {
      count += 1;
      last[fnv1aHash(tag) & (slots - 1)] = count;
    },
    addAll() {
      count += 1;
      last.fill(count);
    },
  };
}
