import type { Context } from '../context.ts';
import { BadUserInput, Conflict } from '../errors.ts';
import { parseId } from '../id.ts';
import type { Contact, ContactQuery } from '../model.ts';
import { type ScalarInput, unwrapScalarInput } from './input/scalar-input.ts';
import { parseText } from './input/text.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/** A branch of a contact: a field with its own upstream call, named like its loader. */
export type Branch = Exclude<keyof Context['loaders'], 'contact' | 'profile'>;

/** The keys that a contact is found by; exactly one is set. */
export type ContactBy = {
  cid?: string | null | undefined;
  username?: string | null | undefined;
  email?: ScalarInput<string> | null | undefined;
  phone?: ScalarInput<string> | null | undefined;
  extId?: string | null | undefined;
  extProp1?: string | null | undefined;
  extProp2?: string | null | undefined;
};

/**
 * Finds one contact; null for a contact that does not exist or belongs to another organization.
 *
 * @param branches the branches to start together with the contact's own call
 * @throws {Conflict} when several contacts match
 */
export function contactBy(by: ContactBy, branches: readonly Branch[], context: Context): Promise<Contact | null> {
  return by.cid == null ? findContact(by, context) : contactByCid(by.cid, branches, context);
}

/**
 * Loads a contact by its id, and starts the selected branches in the same tick, so that contact and branches take one round
 * trip instead of two.
 */
export async function contactByCid(
  cid: string,
  branches: readonly Branch[],
  { loaders }: Context,
): Promise<Contact | null> {
  const id = parseId(cid);
  const contact = loaders.contact.load(id);
  // The field of the branch reports its error; for a contact that does not exist there is no such field.
  for (const branch of branches) loaders[branch].load(id).catch(() => undefined);
  return contact.catch(nullIfNotFound);
}

/** Whether at least one contact matches. */
export async function contactExists(by: ContactBy, context: Context): Promise<boolean> {
  if (by.cid != null) return (await contactByCid(by.cid, [], context)) !== null;
  const page = await context.scrolls.find(toSearch(by), 1).catch(nullIfNotFound);
  return page !== null && page.contacts.length > 0;
}

/** Searches the list endpoint by a key other than the id; a second row shows that the key is ambiguous. */
async function findContact(by: ContactBy, { scrolls }: Context): Promise<Contact | null> {
  const page = await scrolls.find(toSearch(by), 2).catch(nullIfNotFound);
  if (page !== null && page.contacts.length > 1) {
    throw new Conflict('Several contacts match. Use contacts(filter:) to get them all.');
  }
  return page?.contacts[0] ?? null;
}

function toSearch({ cid: _cid, ...by }: ContactBy): ContactQuery {
  const given = Object.entries(by).flatMap(([name, value]) =>
    value == null ? [] : [[name, parseText(name, unwrapScalarInput<string>(value))]],
  );
  if (given.length !== 1) throw new BadUserInput('"by" takes exactly one key.');
  return Object.fromEntries(given);
}
