import type { Contact } from '../endpoints/contact.ts';
import type { LogEntry, LogOffset } from './entries.ts';
import type { WriteLog } from './write-log.ts';

/** What rows are up to. */
export type RowVersion = {
  /** The changes that they hold for sure. */
  readonly offset: LogOffset | undefined;
  /** When their list was opened, by the upstream's clock, or earlier. */
  readonly openedAt: string;
};

/** How long the upstream's list may lag behind its contacts, in ms: a search index is not refreshed at once [assumed]. */
const lagMs = 60_000;

/** The indexes of rows that may not be what their contacts are now. */
export function findStaleRows(
  changes: WriteLog,
  organizationId: string,
  { rows, version }: { readonly rows: readonly Contact[]; readonly version: RowVersion },
): readonly number[] {
  const notes = changes.entriesOf(organizationId);
  if (notes === undefined) return [];
  const { offset, openedAt } = version;
  const upTo = offset !== undefined && changes.covers(offset) ? offset.number : -1;
  const lagging = Date.parse(openedAt) - lagMs;
  return rows.flatMap((row, index) => {
    const note = notes.get(row.cid);
    return note !== undefined && isOutdated(row, note, upTo, lagging) ? [index] : [];
  });
}

/** Whether a row is from before a write, or may be. What tells when is compared in whole seconds, as rows count. */
function isOutdated({ modified }: Contact, { number, at }: LogEntry, upTo: number, lagging: number): boolean {
  if (number > upTo) return at === undefined || modified == null || secondOf(modified) <= secondOf(at);
  // The list was opened after the write. If it lags, the row says itself that it is too old.
  if (at === undefined || modified == null || Date.parse(at) < lagging) return false;
  return secondOf(modified) < secondOf(at);
}

function secondOf(instant: string): string {
  return instant.slice(0, 19);
}
