/** That a contact was written, by whichever replica. */
export type ContactWrite = {
  readonly organizationId: string;
  readonly cid: string;
  /** When, by the upstream's clock; absent when nobody can tell. */
  readonly at?: string | undefined;
};

/** What is noted of a contact: the last write, by its number in the log, and when any of its writes was done at the latest. */
export type LogEntry = { readonly number: number; readonly at: string | undefined };

/** A place in a log: all writes up to it were done before. */
export type LogOffset = { readonly log: string; readonly number: number };

/** A log of writes, numbered one by one, as far as it is known. */
export type LogEntries = {
  /** Begins a log, of which nothing is known up to a number. */
  reset(log: string, from: number): void;
  /** Notes the write of the next number. */
  add(number: number, change: ContactWrite): void;
  /** Forgets all up to a number. */
  trim(upTo: number): void;
  /** The contacts of an organization that are noted, if there are any. */
  entriesOf(organizationId: string): ReadonlyMap<string, LogEntry> | undefined;
  /** The end of the log. */
  endOffset(): LogOffset;
  /** Whether nothing is missing from a mark on. */
  covers(mark: LogOffset): boolean;
  /** Contacts that are noted. */
  size(): number;
};

export function createLogEntries(): LogEntries {
  const organizations = new Map<string, Map<string, LogEntry>>();
  // What the notes are about, by their numbers.
  const order = new Map<number, ContactWrite>();
  let log = '';
  let floor = 0;
  let latest = 0;

  function drop(number: number): void {
    const change = order.get(number);
    if (change === undefined) return;
    order.delete(number);
    const noted = organizations.get(change.organizationId);
    noted?.delete(change.cid);
    if (noted?.size === 0) organizations.delete(change.organizationId);
  }

  return {
    reset(name, from) {
      organizations.clear();
      order.clear();
      log = name;
      floor = from;
      latest = from;
    },
    add(number, change) {
      latest = number;
      const { organizationId, cid, at } = change;
      const noted = organizations.get(organizationId) ?? new Map<string, LogEntry>();
      const before = noted.get(cid);
      if (before !== undefined) order.delete(before.number);
      noted.set(cid, { number, at: before === undefined ? at : later(before.at, at) });
      organizations.set(organizationId, noted);
      order.set(number, change);
    },
    trim(upTo) {
      // By number: a Map that loses its first entries is slow to walk through.
      for (let number = floor + 1; number <= Math.min(upTo, latest); number += 1) drop(number);
      floor = Math.max(floor, upTo);
      latest = Math.max(latest, upTo);
    },
    entriesOf: (organizationId) => organizations.get(organizationId),
    endOffset: () => ({ log, number: latest }),
    covers: (mark) => mark.log === log && mark.number >= floor,
    size: () => order.size,
  };
}

/** Replicas may note writes in another order than the upstream made them; and when one of them was, nobody can tell. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one > other ? one : other;
}
