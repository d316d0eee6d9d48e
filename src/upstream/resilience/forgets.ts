import { hashOf } from './text-hash.ts';

/** Tells which reads began before what they are about was forgotten, without knowing of any read. */
export type Forgets = {
  /** What a read notes as it begins. */
  mark(): number;
  /** @param tag by its hash */
  isOver(tag: number, mark: number): boolean;
  add(tag: string): void;
  addAll(): void;
};

/** Tags with the same place are forgotten together: that costs a call, once in so many writes. A power of two. */
const places = 2 ** 14;

/** Nothing is made for a read, and nothing has to be told that it has ended. */
export function createForgets(): Forgets {
  /** The number of the last of each place, of all that there have been. */
  const last = new Float64Array(places);
  let count = 0;
  return {
    mark: () => count,
    isOver: (tag, mark) => (last[tag & (places - 1)] ?? 0) > mark,
    add(tag) {
      count += 1;
      last[hashOf(tag) & (places - 1)] = count;
    },
    addAll() {
      count += 1;
      last.fill(count);
    },
  };
}
