/** The write of a contact by any replica. The names of the members are a format that replicas share. */
export type ContactWrite = {
  readonly organizationId: string;
  readonly cid: string;
  /** When it was written, by the upstream's clock; undefined when that is unknown. */
  readonly at?: string | undefined;
};

/** What the log holds of a contact: the number of its last write, and the latest time of all its writes. */
export type LogEntry = { readonly number: number; readonly at: string | undefined };

/** An offset in a log: the number of the last write before it. */
export type LogOffset = { readonly log: string; readonly number: number };

/** The entries of a log with consecutive numbers, as far as this process has received them. */
export type LogEntries = {
  /** Replaces all entries by a new log, whose entries up to a number are unknown. */
  reset(log: string, from: number): void;
  /** Adds a write with the next number. */
  add(number: number, write: ContactWrite): void;
  /** Removes all entries up to a number. */
  trim(upTo: number): void;
  /** The entries of an organization's contacts, by cid; undefined when there are none. */
  entriesOf(organizationId: string): ReadonlyMap<string, LogEntry> | undefined;
  /** The offset after the last entry. */
  endOffset(): LogOffset;
  /** Whether all entries after an offset are known. */
  covers(offset: LogOffset): boolean;
  /** Number of contacts with an entry. */
  size(): number;
};

/** Creates an empty log in memory. */
export function createLogEntries(): LogEntries {
  const organizations = new Map<string, Map<string, LogEntry>>();
  const writesByNumber = new Map<number, ContactWrite>();
  let log = '';
  let floor = 0;
  let latest = 0;

  function drop(number: number): void {
    const write = writesByNumber.get(number);
    if (write === undefined) return;
    writesByNumber.delete(number);
    const entries = organizations.get(write.organizationId);
    entries?.delete(write.cid);
    if (entries?.size === 0) organizations.delete(write.organizationId);
  }

  return {
    reset(name, from) {
      organizations.clear();
      writesByNumber.clear();
      log = name;
      floor = from;
      latest = from;
    },
    add(number, write) {
      latest = number;
      const { organizationId, cid, at } = write;
      const entries = organizations.get(organizationId) ?? new Map<string, LogEntry>();
      const previous = entries.get(cid);
      if (previous !== undefined) writesByNumber.delete(previous.number);
      entries.set(cid, { number, at: previous === undefined ? at : latestTime(previous.at, at) });
      organizations.set(organizationId, entries);
      writesByNumber.set(number, write);
    },
    trim(upTo) {
      // By number, because iterating over a Map whose first entries were deleted is slow.
      for (let number = floor + 1; number <= Math.min(upTo, latest); number += 1) drop(number);
      floor = Math.max(floor, upTo);
      latest = Math.max(latest, upTo);
    },
    entriesOf: (organizationId) => organizations.get(organizationId),
    endOffset: () => ({ log, number: latest }),
    covers: (offset) => offset.log === log && offset.number >= floor,
    size: () => writesByNumber.size,
  };
}

/** Replicas may record writes in another order than the upstream made them. An unknown time leaves the latest unknown. */
function latestTime(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one > other ? one : other;
}
