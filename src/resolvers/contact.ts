import type { Context } from '../context.ts';
import { Conflict } from '../errors.ts';
import { idPattern } from '../id.ts';
import type { Contact, ContactQuery, EventFilter } from '../model.ts';
import { decodeContactId } from './input/global-id.ts';
import { required } from './input/problems.ts';
import type { ScalarInput } from './input/scalar-input.ts';
import { parseId } from './input/upstream-id.ts';
import { InputValidator } from './input/validator.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/** A branch of a contact: a field with its own upstream call, named like its loader. */
export type Branch = Exclude<keyof Context['loaders'], 'contact' | 'profile'>;

/** A branch that an operation selects; of the events only those that match the filter. */
export type SelectedBranch = { readonly name: Branch; readonly filter: EventFilter };

/** The keys that a contact is found by; exactly one is set. */
export type ContactBy = {
  /** The global id, which stands for a cid. */
  id?: string | null | undefined;
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
export async function contactBy(
  by: ContactBy,
  branches: readonly SelectedBranch[],
  context: Context,
): Promise<Contact | null> {
  const { cid, search } = parseContactBy(by);
  return cid === undefined ? findContact(search, context) : contactByCid(cid, branches, context);
}

/**
 * Loads a contact by its id, and starts the selected branches in the same tick, so that contact and branches take one round
 * trip instead of two.
 */
export async function contactByCid(
  cid: string,
  branches: readonly SelectedBranch[],
  { loaders }: Context,
): Promise<Contact | null> {
  const contact = loaders.contact.load(cid);
  // The field of the branch reports its error; for a contact that does not exist there is no such field.
  for (const { name, filter } of branches) {
    const started: Promise<unknown> = name === 'events' ? loaders.events.load(cid, filter) : loaders[name].load(cid);
    started.catch(() => undefined);
  }
  return contact.catch(nullIfNotFound);
}

/** Searches the list endpoint by a key other than the id; a second row shows that the key is ambiguous. */
async function findContact(search: ContactQuery, { scrolls }: Context): Promise<Contact | null> {
  const page = await scrolls.find(search, 2).catch(nullIfNotFound);
  if (page !== null && page.contacts.length > 1) {
    throw new Conflict('Several contacts match. Use contacts(filter:) to get them all.');
  }
  return page?.contacts[0] ?? null;
}

/**
 * Parses the key that a contact is found by: its cid, or a search.
 *
 * @param path the path from the field to the key
 * @throws {BadUserInput}
 */
export function parseContactBy(
  by: ContactBy,
  path: readonly string[] = ['by'],
): { cid?: string | undefined; search: ContactQuery } {
  // The key of nearly all contacts: nothing is allocated for its problems.
  if (by.cid != null && idPattern.test(by.cid)) return { cid: by.cid, search: noSearch };
  const { id, cid, email, phone, ...texts } = by;
  const validator = new InputValidator(path);
  const cids = [validator.parse('id', id, decodeContactId), validator.parse('cid', cid, parseId)];
  const search: ContactQuery = { email: validator.text('email', email), phone: validator.text('phone', phone) };
  for (const name of searchedTexts) search[name] = validator.text(name, texts[name]);
  if (validator.problems.length === 0 && [...cids, ...Object.values(search)].every((key) => key === undefined)) {
    validator.add([], required('Give exactly one key.'));
  }
  validator.throwProblems();
  return { cid: cids.find((key) => key !== undefined), search };
}

const noSearch: ContactQuery = Object.freeze({});

const searchedTexts = ['username', 'extId', 'extProp1', 'extProp2'] as const;
