import { type ContactWrite, createLogEntries, type LogEntry, type LogOffset } from './entries.ts';

/**
 * A log of the contacts that were written through any replica, so that no page shows a contact as it was before a write.
 *
 * A page that was read before a write may be requested after it: from the scroll session store, or from the upstream's
 * scroll, which is a snapshot. It cannot be discarded, because cursors need its rows as they were (ADR 10). So:
 *
 * - Each write gets the next number at the end of the log. A scroll session holds the log's offset from before its scroll
 *   was opened, so its rows include all writes up to the offset. A row with a later write is read again, unless its own
 *   modification time is after the write. Numbers are needed because the upstream's `modified` has whole seconds only.
 * - The log is bounded: the oldest entry is removed. A scroll session with an older offset is not used any more, and is
 *   reopened at the cursor, so no stale row outlives its entry. No entry has to live as long as a scroll session.
 * - A single process keeps the log in memory. With Valkey the log is stored beside the scroll sessions, and each replica
 *   keeps a copy, which it updates whenever it loads a scroll session; both commands are sent together. A replica that can
 *   read a page can read the log, so no message between replicas can be missed.
 * - A log that was lost, evicted, or restored from an old snapshot starts again under another name. Scroll sessions with an
 *   offset in another log are not used, and without a reply from Valkey none are.
 *
 * Not in the log: a write whose process crashed before recording it, and writes by other clients of the upstream.
 */
export type WriteLog = {
  /** Records a write. When it resolves, all replicas can read the entry, unless Valkey is down: then it is sent later. */
  record(write: ContactWrite): Promise<void>;
  /** The end of the log at most a moment ago: the offset of rows that are read from now on. Undefined when unknown. */
  currentOffset(): Promise<LogOffset | undefined>;
  /** Receives all entries that were recorded before this call; false when that fails. */
  catchUp(): Promise<boolean>;
  /** Whether all writes after an offset are known, as of the last `catchUp`. */
  covers(offset: LogOffset): boolean;
  /** The entries of an organization's contacts, by cid; undefined when there are none, which is the usual case. */
  entriesOf(organizationId: string): ReadonlyMap<string, LogEntry> | undefined;
  /** Number of contacts with an entry. */
  size(): number;
  close(): void;
};

/** Maximum number of entries, which take about 20 MB. */
export const maxLogEntries = 100_000;

/** Creates the log of a gateway without other replicas. */
export function createLocalWriteLog(max = maxLogEntries): WriteLog {
  const entries = createLogEntries();
  entries.reset('local', 0);
  return {
    async record(write) {
      const { number } = entries.endOffset();
      entries.add(number + 1, write);
      entries.trim(number + 1 - max);
    },
    currentOffset: async () => entries.endOffset(),
    catchUp: async () => true,
    covers: entries.covers,
    entriesOf: entries.entriesOf,
    size: entries.size,
    close: () => undefined,
  };
}
