import type { Contact } from '../endpoints/contact.ts';
import { type ContactPage, serializeContactRows } from '../endpoints/contacts.ts';

/** Rows that were read, beside the body that they came in, if it holds no others. */
export type ReadRows = Pick<ContactPage, 'contacts'> & Partial<Pick<ContactPage, 'body'>>;

export function rowsOf(parts: readonly ReadRows[]): readonly Contact[] {
  return parts.length === 1 ? (parts[0]?.contacts ?? []) : parts.flatMap(({ contacts }) => contacts);
}

/** What came whole is kept as it came: a page of a thousand rows costs nothing then. */
export function bodyOf(parts: readonly ReadRows[]): Buffer {
  const [{ body = undefined } = {}, ...more] = parts.filter(({ contacts }) => contacts.length > 0);
  return body !== undefined && more.length === 0 ? body.bytes : serializeContactRows(rowsOf(parts));
}
