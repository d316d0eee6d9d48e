import type { Contact } from '../endpoints/contact.ts';
import type { LogEntry, LogOffset } from './entries.ts';
import type { WriteLog } from './write-log.ts';

/** How current the rows of a page are. */
export type RowVersion = {
  /** The offset of the write log up to which they include all writes; undefined when it is unknown. */
  readonly offset: LogOffset | undefined;
  /** When their list was opened, by the upstream's clock, or earlier. */
  readonly openedAt: string;
};

/** How long the upstream's list may lag behind its contacts, in ms: a search index is not refreshed at once [assumed]. */
const indexLagMs = 60_000;

/** Finds the indexes of rows that may differ from their contacts' current state. */
export function findStaleRows(
  writeLog: WriteLog,
  organizationId: string,
  { rows, version }: { readonly rows: readonly Contact[]; readonly version: RowVersion },
): readonly number[] {
  const entries = writeLog.entriesOf(organizationId);
  if (entries === undefined) return [];
  const { offset, openedAt } = version;
  const includedUpTo = offset !== undefined && writeLog.covers(offset) ? offset.number : -1;
  const lagStart = Date.parse(openedAt) - indexLagMs;
  return rows.flatMap((row, index) => {
    const entry = entries.get(row.cid);
    return entry !== undefined && isStale(row, entry, includedUpTo, lagStart) ? [index] : [];
  });
}

/** Whether a row may be older than a write. Times are compared in whole seconds, which is how precise rows are. */
function isStale({ modified }: Contact, { number, at }: LogEntry, includedUpTo: number, lagStart: number): boolean {
  if (number > includedUpTo) return at === undefined || modified == null || secondOf(modified) <= secondOf(at);
  // The list was opened after the write. If its index lagged, the row's own time shows that the row is too old.
  if (at === undefined || modified == null || Date.parse(at) < lagStart) return false;
  return secondOf(modified) < secondOf(at);
}

function secondOf(instant: string): string {
  return instant.slice(0, 19);
}
