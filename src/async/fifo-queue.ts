/** A queue of which a full one can drop an item. */
export type DroppingQueue<Item> = {
  readonly size: number;
  /** @returns false where the queue of the item's owner is full */
  push(item: Item): boolean;
  /** Removes the next item. */
  shift(): Item | undefined;
  /** Removes the newest item. @param preferred the item whose owner loses one where several owners have equally many */
  drop(preferred: Item): Item | undefined;
  /** @returns whether the item was still queued */
  remove(item: Item): boolean;
  /** Removes the oldest item of each owner as long as `isOver` is true for it. @returns the removed items */
  removeOver(isOver: (item: Item) => boolean): Item[];
};

/** The number of removed items at which the others move up. */
const maxRemoved = 1_000;

/** The queue of one owner, which keeps the order of its items. */
export class FifoQueue<Item> implements DroppingQueue<Item> {
  readonly #maxSize: number;
  readonly #items: (Item | undefined)[] = [];
  /** Items before it are removed: moving up thousands of items for each of them takes too long. */
  #first = 0;

  /** @param maxSize the maximum number of items */
  constructor(maxSize = Number.POSITIVE_INFINITY) {
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): boolean {
    if (this.size >= this.#maxSize) return false;
    this.#items.push(item);
    return true;
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === maxRemoved) {
      this.#items.splice(0, this.#first);
      this.#first = 0;
    }
    return item;
  }

  drop(): Item | undefined {
    return this.size === 0 ? undefined : this.#items.pop();
  }

  remove(item: Item): boolean {
    const index = this.#items.indexOf(item, this.#first);
    if (index < 0) return false;
    if (index === this.#first) this.shift();
    else this.#items.splice(index, 1);
    return true;
  }

  removeOver(isOver: (item: Item) => boolean): Item[] {
    const removed: Item[] = [];
    for (let item = this.#items[this.#first]; item !== undefined && isOver(item); item = this.#items[this.#first]) {
      removed.push(item);
      this.shift();
    }
    return removed;
  }
}
