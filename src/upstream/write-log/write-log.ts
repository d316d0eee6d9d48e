import { type ContactWrite, createLogEntries, type LogEntry, type LogOffset } from './entries.ts';

/**
 * Which contacts were written, through any replica, so that nobody sees on a page what a contact was before.
 *
 * A page that was read before a write may be shown after it: the walk store holds it, or the upstream's scroll gives it,
 * which is a snapshot. It cannot be thrown away, because cursors need its rows as they were (ADR 10). So there is a log:
 *
 * - Every write is noted at its end, under the next number. A walk bears the mark of the log from before its scroll was
 *   opened, so its rows hold all writes up to the mark. The later ones are those that it may not hold: such a row is
 *   shown as it is now, unless it says itself that it was modified after the write. Numbers, because clocks cannot tell:
 *   the upstream's `modified` counts seconds, and in one second a row may be read and written and read again.
 * - The log is bounded: the oldest note goes. A walk with an older mark is as good as lost then, and reopened at the
 *   cursor, so that nothing stale outlives its note. That needs no clock, and no note has to live as long as a walk,
 *   which may be for hours.
 * - In one process the log is in memory, beside the walks. With Valkey it lies there, beside the walks, and each replica
 *   keeps a copy, to which it adds what is new whenever it loads a walk: the two commands travel together and nobody
 *   waits longer. Who can read a page can read the notes. There are no messages between replicas that one of them could
 *   miss while it is disconnected, and no moment in which a write is done and only some of them know.
 * - A log that was lost, evicted, or restored from a snapshot with notes missing, begins anew under another name, and
 *   walks that bear the old one are as good as lost. Without an answer from Valkey all are.
 *
 * What a dying process could not note any more, and what others write at the upstream, nobody here knows.
 */
export type WriteLog = {
  /** Notes a write. When it is done every replica knows, unless Valkey does not answer: then it learns of it later. */
  record(change: ContactWrite): Promise<void>;
  /** The place of the log now, or a moment ago; for what is read from the upstream from now on. */
  currentOffset(): Promise<LogOffset | undefined>;
  /** Learns of all that was noted before this moment; false when that fails. */
  catchUp(): Promise<boolean>;
  /** Whether all writes since a mark are known, as of the last time that this one has caught up. */
  covers(mark: LogOffset): boolean;
  /** The contacts of an organization that were written; most often none. */
  entriesOf(organizationId: string): ReadonlyMap<string, LogEntry> | undefined;
  /** Contacts that are noted. */
  size(): number;
  close(): void;
};

/** Notes that are kept: some 20 MB. */
export const maxLogEntries = 100_000;

/** The log of a gateway that is the only one. */
export function createLocalWriteLog(max = maxLogEntries): WriteLog {
  const notes = createLogEntries();
  notes.reset('local', 0);
  return {
    async record(change) {
      const { number } = notes.endOffset();
      notes.add(number + 1, change);
      notes.trim(number + 1 - max);
    },
    currentOffset: async () => notes.endOffset(),
    catchUp: async () => true,
    covers: notes.covers,
    entriesOf: notes.entriesOf,
    size: notes.size,
    close: () => undefined,
  };
}
