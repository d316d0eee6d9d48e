import type { Changes } from './changes.ts';
import type { Contact } from './contact.ts';
import type { Mark, Note } from './notes.ts';

/** What rows are up to. */
export type AsOf = {
  /** The changes that they hold for sure. */
  readonly mark: Mark | undefined;
  /** When their list was opened, by the upstream's clock, or earlier. */
  readonly openedAt: string;
};

/** How long the upstream's list may lag behind its contacts, in ms: a search index is not refreshed at once [assumed]. */
const lagMs = 60_000;

/** The indexes of rows that may not be what their contacts are now. */
export function outdatedRows(
  changes: Changes,
  organizationId: string,
  { rows, asOf }: { readonly rows: readonly Contact[]; readonly asOf: AsOf },
): readonly number[] {
  const notes = changes.of(organizationId);
  if (notes === undefined) return [];
  const { mark, openedAt } = asOf;
  const upTo = mark !== undefined && changes.covers(mark) ? mark.number : -1;
  const lagging = Date.parse(openedAt) - lagMs;
  return rows.flatMap((row, index) => {
    const note = notes.get(row.cid);
    return note !== undefined && isOutdated(row, note, upTo, lagging) ? [index] : [];
  });
}

/** Whether a row is from before a write, or may be. What tells when is compared in whole seconds, as rows count. */
function isOutdated({ modified }: Contact, { number, at }: Note, upTo: number, lagging: number): boolean {
  if (number > upTo) return at === undefined || modified == null || secondOf(modified) <= secondOf(at);
  // The list was opened after the write. If it lags, the row says itself that it is too old.
  if (at === undefined || modified == null || Date.parse(at) < lagging) return false;
  return secondOf(modified) < secondOf(at);
}

function secondOf(instant: string): string {
  return instant.slice(0, 19);
}
