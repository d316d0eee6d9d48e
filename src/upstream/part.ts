import type { Contact } from './contact.ts';
import { type ContactPage, writeContacts } from './contacts.ts';

/** Rows that were read, beside the body that they came in, if it holds no others. */
export type Part = Pick<ContactPage, 'contacts'> & Partial<Pick<ContactPage, 'body'>>;

export function rowsOf(parts: readonly Part[]): readonly Contact[] {
  return parts.length === 1 ? (parts[0]?.contacts ?? []) : parts.flatMap(({ contacts }) => contacts);
}

/** What came whole is kept as it came: a page of a thousand rows costs nothing then. */
export function bodyOf(parts: readonly Part[]): Buffer {
  const [{ body = undefined } = {}, ...more] = parts.filter(({ contacts }) => contacts.length > 0);
  return body !== undefined && more.length === 0 ? body.bytes : writeContacts(rowsOf(parts));
}
