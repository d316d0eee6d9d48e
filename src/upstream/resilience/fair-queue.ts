/** Items that wait, each for an owner: owners take turns, and the items of one owner keep their order. */
export type FairQueue<Owner, Item> = {
  readonly size: number;
  has(owner: Owner): boolean;
  items(): Iterable<Item>;
  /**
   * Appends an item, unless there is no place for it.
   *
   * @returns the item that has no place: the newcomer, or the newest item of whoever has the most, when that makes
   * shares more equal; nothing as long as the queue is not full
   */
  push(owner: Owner, item: Item): Item | undefined;
  /** Takes out the next item of the owner whose turn it is among those that `may`. */
  shift(may: (owner: Owner) => boolean): Item | undefined;
  /** Whether the item was still there. */
  remove(owner: Owner, item: Item): boolean;
};

export function createFairQueue<Owner, Item>(maxSize: number): FairQueue<Owner, Item> {
  /** In the order of their turns; nobody has an empty line. Lines are short enough for arrays. */
  const lines = new Map<Owner, Item[]>();
  let size = 0;

  function append(owner: Owner, item: Item): void {
    const line = lines.get(owner);
    if (line === undefined) lines.set(owner, [item]);
    else line.push(item);
    size += 1;
  }

  function takeOut(owner: Owner, line: Item[], index: number): Item | undefined {
    const [item] = line.splice(index, 1);
    size -= 1;
    if (line.length === 0) lines.delete(owner);
    return item;
  }

  function longest(): [Owner, Item[]] | undefined {
    let found: [Owner, Item[]] | undefined;
    for (const entry of lines) {
      if (found === undefined || entry[1].length > found[1].length) found = entry;
    }
    return found;
  }

  return {
    get size() {
      return size;
    },
    has: (owner) => lines.has(owner),
    *items() {
      for (const line of lines.values()) yield* line;
    },
    push(owner, item) {
      if (size < maxSize) {
        append(owner, item);
        return undefined;
      }
      const [rich, line] = longest() ?? [owner, []];
      // With one more, the newcomer's owner would have as much as the richest: to swap two of them helps nobody.
      if ((lines.get(owner)?.length ?? 0) + 1 >= line.length) return item;
      const pushedOut = takeOut(rich, line, line.length - 1);
      append(owner, item);
      return pushedOut;
    },
    shift(may) {
      for (const [owner, line] of lines) {
        if (!may(owner)) continue;
        const item = takeOut(owner, line, 0);
        // Its turn is over: whatever else it has comes after everybody's next.
        if (lines.delete(owner)) lines.set(owner, line);
        return item;
      }
      return undefined;
    },
    remove(owner, item) {
      const line = lines.get(owner) ?? [];
      const index = line.indexOf(item);
      if (index < 0) return false;
      takeOut(owner, line, index);
      return true;
    },
  };
}
