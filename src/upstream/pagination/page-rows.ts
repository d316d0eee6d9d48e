import type { Contact } from '../endpoints/contact.ts';
import { type ContactPage, type FoundContacts, serializeContactRows } from '../endpoints/contacts.ts';

/** Rows that were read, with the response body from which exactly these rows are decoded, if there is one. */
export type ReadRows = FoundContacts & Partial<Pick<ContactPage, 'body'>>;

/** The rows of several pages. */
export function rowsOf(pages: readonly ReadRows[]): readonly Contact[] {
  return pages.length === 1 ? (pages[0]?.contacts ?? []) : pages.flatMap(({ contacts }) => contacts);
}

/** The body of one page with all rows. A single response body is kept as it is, so that its rows are not serialized. */
export function bodyOf(pages: readonly ReadRows[]): Buffer {
  const [{ body = undefined } = {}, ...more] = pages.filter(({ contacts }) => contacts.length > 0);
  return body !== undefined && more.length === 0 ? body.bytes : serializeContactRows(rowsOf(pages));
}
