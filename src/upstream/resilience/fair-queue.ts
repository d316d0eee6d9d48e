/** Items that wait, each for an owner: owners take turns, and the items of one owner keep their order. */
export type FairQueue<Owner, Item> = {
  readonly size: number;
  has(owner: Owner): boolean;
  /** Whoever has items, as of now. */
  owners(): readonly Owner[];
  /** The item of an owner that has waited longest. */
  oldest(owner: Owner): Item | undefined;
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

/** What one owner has, in its order. Those before `first` are gone: to move up thousands for each of them takes too long. */
type Line<Item> = { items: (Item | undefined)[]; first: number };

/** How many may be gone before the others move up. */
const mostGone = 1_000;

export function createFairQueue<Owner, Item>(maxSize: number): FairQueue<Owner, Item> {
  /** In the order of their turns; nobody has an empty line. */
  const lines = new Map<Owner, Line<Item>>();
  let size = 0;

  const lengthOf = (line: Line<Item> | undefined) => (line === undefined ? 0 : line.items.length - line.first);

  function append(owner: Owner, item: Item): void {
    const line = lines.get(owner);
    if (line === undefined) lines.set(owner, { items: [item], first: 0 });
    else line.items.push(item);
    size += 1;
  }

  function takeOut(owner: Owner, line: Line<Item>, index: number): Item | undefined {
    const { items } = line;
    const item = items[index];
    if (index === line.first) {
      items[index] = undefined;
      line.first += 1;
      if (line.first === mostGone) {
        items.splice(0, line.first);
        line.first = 0;
      }
    } else items.splice(index, 1);
    size -= 1;
    if (lengthOf(line) === 0) lines.delete(owner);
    return item;
  }

  function longest(): [Owner, Line<Item>] | undefined {
    let found: [Owner, Line<Item>] | undefined;
    for (const entry of lines) {
      if (found === undefined || lengthOf(entry[1]) > lengthOf(found[1])) found = entry;
    }
    return found;
  }

  return {
    get size() {
      return size;
    },
    has: (owner) => lines.has(owner),
    owners: () => [...lines.keys()],
    oldest(owner) {
      const line = lines.get(owner);
      return line?.items[line.first];
    },
    push(owner, item) {
      if (size < maxSize) {
        append(owner, item);
        return undefined;
      }
      const [rich, line] = longest() ?? [owner, undefined];
      // With one more, the newcomer's owner would have as much as the richest: to swap two of them helps nobody.
      if (line === undefined || lengthOf(lines.get(owner)) + 1 >= lengthOf(line)) return item;
      const pushedOut = takeOut(rich, line, line.items.length - 1);
      append(owner, item);
      return pushedOut;
    },
    shift(may) {
      for (const [owner, line] of lines) {
        if (!may(owner)) continue;
        const item = takeOut(owner, line, line.first);
        // Its turn is over: whatever else it has comes after everybody's next.
        if (lines.size > 1 && lines.delete(owner)) lines.set(owner, line);
        return item;
      }
      return undefined;
    },
    remove(owner, item) {
      const line = lines.get(owner);
      const index = line === undefined ? -1 : line.items.indexOf(item, line.first);
      if (line === undefined || index < 0) return false;
      takeOut(owner, line, index);
      return true;
    },
  };
}
