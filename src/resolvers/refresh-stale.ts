import type { Context } from '../context.ts';
import type { Contact, Slice } from '../model.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/**
 * Reads the stale rows of a page again, with one upstream call each: a row may be older than a write to its contact.
 *
 * @returns the current contacts; null for a contact that no longer exists
 * @throws the error of a call: a page neither shows a stale contact nor omits one that may exist
 */
export async function refreshStaleRows(
  slice: Slice<Contact>,
  { findStaleRows, loaders, usage }: Context,
): Promise<readonly (Contact | null)[]> {
  const indexes = findStaleRows(slice);
  if (indexes.length === 0) return slice.rows;
  usage.addUnforeseen(indexes.length);
  const contacts: (Contact | null)[] = [...slice.rows];
  await Promise.all(
    indexes.map(async (index) => {
      const cid = slice.rows[index]?.cid;
      if (cid !== undefined) contacts[index] = await loaders.profile.load(cid).catch(nullIfNotFound);
    }),
  );
  return contacts;
}
