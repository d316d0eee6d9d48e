import { type Change, createNotes, type Mark, type Note } from './notes.ts';

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
export type Changes = {
  /** Notes a write. When it is done every replica knows, unless Valkey does not answer: then it learns of it later. */
  note(change: Change): Promise<void>;
  /** The place of the log now, or a moment ago; for what is read from the upstream from now on. */
  mark(): Promise<Mark | undefined>;
  /** Learns of all that was noted before this moment; false when that fails. */
  catchUp(): Promise<boolean>;
  /** Whether all writes since a mark are known, as of the last time that this one has caught up. */
  covers(mark: Mark): boolean;
  /** The contacts of an organization that were written; most often none. */
  of(organizationId: string): ReadonlyMap<string, Note> | undefined;
  /** Contacts that are noted. */
  size(): number;
  close(): void;
};

/** Notes that are kept: some 20 MB. */
export const maxNotes = 100_000;

/** The log of a gateway that is the only one. */
export function createLocalChanges(max = maxNotes): Changes {
  const notes = createNotes();
  notes.begin('local', 0);
  return {
    async note(change) {
      const { number } = notes.mark();
      notes.add(number + 1, change);
      notes.forget(number + 1 - max);
    },
    mark: async () => notes.mark(),
    catchUp: async () => true,
    covers: notes.covers,
    of: notes.of,
    size: notes.size,
    close: () => undefined,
  };
}
