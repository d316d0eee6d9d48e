import type { Context } from '../context.ts';
import type { Contact, Slice } from '../model.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/**
 * The contacts of a page, as they are now: its rows may be older than a write. Each that may be costs a call; null is one
 * that is gone.
 *
 * @throws what a call throws: a page shows no contact as it was, and leaves out none that may be there
 */
export async function refreshStaleRows(
  slice: Slice,
  { findStaleRows, loaders }: Context,
): Promise<readonly (Contact | null)[]> {
  const indexes = findStaleRows(slice);
  if (indexes.length === 0) return slice.rows;
  const contacts: (Contact | null)[] = [...slice.rows];
  await Promise.all(
    indexes.map(async (index) => {
      const cid = slice.rows[index]?.cid;
      if (cid !== undefined) contacts[index] = await loaders.profile.load(cid).catch(nullIfNotFound);
    }),
  );
  return contacts;
}
