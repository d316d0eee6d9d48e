import { fnv1aHash } from '../../crypto/text-hash.ts';

/** Tells which reads began before what they are about was forgotten, without knowing of any read. */
export type Invalidations = {
  /** What a read notes as it begins. */
  current(): number;
  /** @param tag by its hash */
  isInvalidatedSince(tag: number, mark: number): boolean;
  add(tag: string): void;
  addAll(): void;
};

/** Tags with the same place are forgotten together: that costs a call, once in so many writes. A power of two. */
const places = 2 ** 14;

/** Nothing is made for a read, and nothing has to be told that it has ended. */
export function createInvalidations(): Invalidations {
  /** The number of the last of each place, of all that there have been. */
  const last = new Float64Array(places);
  let count = 0;
  return {
    current: () => count,
    isInvalidatedSince: (tag, mark) => (last[tag & (places - 1)] ?? 0) > mark,
    add(tag) {
      count += 1;
      last[fnv1aHash(tag) & (places - 1)] = count;
    },
    addAll() {
      count += 1;
      last.fill(count);
    },
  };
}
