/** A queue that serves its owners round-robin; the items of one owner keep their order. */
export type FairQueue<Owner, Item> = {
  readonly size: number;
  has(owner: Owner): boolean;
  /** A copy of the list of owners with items. */
  owners(): readonly Owner[];
  /** The item of an owner that has waited longest. */
  oldest(owner: Owner): Item | undefined;
  /**
   * Appends an item, unless the queue is full.
   *
   * @returns the item that is rejected by a full queue: the new one, or the newest of the owner with the most items where
   * that makes the shares more equal; undefined as long as the queue is not full
   */
  push(owner: Owner, item: Item): Item | undefined;
  /** Removes the first item of the next owner for which `may` is true. */
  shift(may: (owner: Owner) => boolean): Item | undefined;
  /** @returns whether the item was still queued */
  remove(owner: Owner, item: Item): boolean;
};

/** The items of one owner. Those before `first` are removed: moving up thousands of items for each of them takes too long. */
type OwnerQueue<Item> = { items: (Item | undefined)[]; first: number };

/** The number of removed items at which the others move up. */
const maxRemoved = 1_000;

/** Creates a queue. @param maxSize the maximum number of items of all owners */
export function createFairQueue<Owner, Item>(maxSize: number): FairQueue<Owner, Item> {
  /** In the order in which the owners are served; no queue is empty. */
  const queues = new Map<Owner, OwnerQueue<Item>>();
  let size = 0;

  const lengthOf = (queue: OwnerQueue<Item> | undefined) =>
    queue === undefined ? 0 : queue.items.length - queue.first;

  function append(owner: Owner, item: Item): void {
    const queue = queues.get(owner);
    if (queue === undefined) queues.set(owner, { items: [item], first: 0 });
    else queue.items.push(item);
    size += 1;
  }

  function takeOut(owner: Owner, queue: OwnerQueue<Item>, index: number): Item | undefined {
    const { items } = queue;
    const item = items[index];
    if (index === queue.first) {
      items[index] = undefined;
      queue.first += 1;
      if (queue.first === maxRemoved) {
        items.splice(0, queue.first);
        queue.first = 0;
      }
    } else items.splice(index, 1);
    size -= 1;
    if (lengthOf(queue) === 0) queues.delete(owner);
    return item;
  }

  function longest(): [Owner, OwnerQueue<Item>] | undefined {
    let found: [Owner, OwnerQueue<Item>] | undefined;
    for (const entry of queues) {
      if (found === undefined || lengthOf(entry[1]) > lengthOf(found[1])) found = entry;
    }
    return found;
  }

  return {
    get size() {
      return size;
    },
    has: (owner) => queues.has(owner),
    owners: () => [...queues.keys()],
    oldest(owner) {
      const queue = queues.get(owner);
      return queue?.items[queue.first];
    },
    push(owner, item) {
      if (size < maxSize) {
        append(owner, item);
        return undefined;
      }
      const [largestOwner, queue] = longest() ?? [owner, undefined];
      // With one more, this owner would have as many items as the largest one: rejecting one of those gains nothing.
      if (queue === undefined || lengthOf(queues.get(owner)) + 1 >= lengthOf(queue)) return item;
      const pushedOut = takeOut(largestOwner, queue, queue.items.length - 1);
      append(owner, item);
      return pushedOut;
    },
    shift(may) {
      for (const [owner, queue] of queues) {
        if (!may(owner)) continue;
        const item = takeOut(owner, queue, queue.first);
        // The owner goes to the end: the next item of every other owner comes first.
        if (queues.size > 1 && queues.delete(owner)) queues.set(owner, queue);
        return item;
      }
      return undefined;
    },
    remove(owner, item) {
      const queue = queues.get(owner);
      const index = queue === undefined ? -1 : queue.items.indexOf(item, queue.first);
      if (queue === undefined || index < 0) return false;
      takeOut(owner, queue, index);
      return true;
    },
  };
}
