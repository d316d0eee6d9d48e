import type { DroppingQueue } from './fifo-queue.ts';

/**
 * A queue that serves its owners round-robin. Each owner has a queue of its own, which may be a fair one as well. Nothing is
 * kept of an owner without items.
 */
export class FairQueue<Owner, Item> implements DroppingQueue<Item> {
  readonly #ownerOf: (item: Item) => Owner;
  readonly #createQueue: () => DroppingQueue<Item>;
  /** In the order in which the owners are served; no queue is empty. */
  readonly #queues = new Map<Owner, DroppingQueue<Item>>();
  #size = 0;

  /**
   * @param ownerOf returns the owner of an item
   * @param createQueue creates the queue of one owner
   */
  constructor(ownerOf: (item: Item) => Owner, createQueue: () => DroppingQueue<Item>) {
    this.#ownerOf = ownerOf;
    this.#createQueue = createQueue;
  }

  get size(): number {
    return this.#size;
  }

  has(owner: Owner): boolean {
    return this.#queues.has(owner);
  }

  /** The number of items of all owners for which `matches` is true. */
  sizeOf(matches: (owner: Owner) => boolean): number {
    let size = 0;
    for (const [owner, queue] of this.#queues) if (matches(owner)) size += queue.size;
    return size;
  }

  push(item: Item): boolean {
    const owner = this.#ownerOf(item);
    const queue = this.#queues.get(owner) ?? this.#createQueue();
    if (!queue.push(item)) return false;
    this.#queues.set(owner, queue);
    this.#size += 1;
    return true;
  }

  /** Removes the next item of the next owner for which `may` is true. */
  shift(may: (owner: Owner) => boolean = () => true): Item | undefined {
    for (const [owner, queue] of this.#queues) {
      if (!may(owner)) continue;
      const item = queue.shift();
      this.#account(owner, queue, 1);
      // The owner goes to the end: the next item of every other owner comes first.
      if (this.#queues.size > 1 && this.#queues.delete(owner)) this.#queues.set(owner, queue);
      return item;
    }
    return undefined;
  }

  /** Removes the newest item of the owner with the most items. */
  drop(preferred: Item): Item | undefined {
    let owner = this.#ownerOf(preferred);
    let largest = this.#queues.get(owner);
    for (const [other, queue] of this.#queues) {
      if (largest === undefined || queue.size > largest.size) [owner, largest] = [other, queue];
    }
    const item = largest?.drop(preferred);
    if (largest !== undefined) this.#account(owner, largest, 1);
    return item;
  }

  remove(item: Item): boolean {
    const owner = this.#ownerOf(item);
    const queue = this.#queues.get(owner);
    if (queue === undefined || !queue.remove(item)) return false;
    this.#account(owner, queue, 1);
    return true;
  }

  removeOver(isOver: (item: Item) => boolean): Item[] {
    const all: Item[] = [];
    for (const [owner, queue] of this.#queues) {
      const over = queue.removeOver(isOver);
      this.#account(owner, queue, over.length);
      all.push(...over);
    }
    return all;
  }

  /** Accounts for items that were removed from the queue of an owner. */
  #account(owner: Owner, queue: DroppingQueue<Item>, removed: number): void {
    this.#size -= removed;
    if (queue.size === 0) this.#queues.delete(owner);
  }
}
