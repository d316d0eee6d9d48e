import type { Context } from '../context.ts';
import { toError } from '../errors.ts';
import type { ContactExistence, ExistenceKey } from '../model.ts';
import { type ContactBy, parseContactBy } from './contact.ts';
import { checkCount } from './input/problems.ts';
import { InputValidator } from './input/validator.ts';

/** An entry of a list of keys. `find` makes the call, which all fields of the entry share. */
export type ExistenceEntry = { find(): Promise<ContactExistence> };

/** Whether at least one contact matches. */
export async function contactExists(by: ContactBy, { existence }: Context): Promise<boolean> {
  return (await existence.load(toKey(by, ['by']))).exists;
}

/**
 * Looks up several contacts, each by itself: an entry that is invalid, or whose call fails, has errors of its own. Entries
 * with the same key share one call.
 *
 * @throws {BadUserInput} for too many entries
 */
export function contactsExist(entries: readonly ContactBy[], context: Context): readonly ExistenceEntry[] {
  const keys = parseKeys(entries);
  const calls = namesOf(keys).size;
  return keys.map((key) => ({
    async find() {
      if (key instanceof Error) throw key;
      await context.waitForFanOut(calls);
      return context.existence.load(key);
    },
  }));
}

/** Names the calls for keys: the same key is the same call, and an invalid one is none. @throws {BadUserInput} for too many */
export function existenceCalls(entries: readonly ContactBy[]): ReadonlySet<string> {
  return namesOf(parseKeys(entries));
}

function namesOf(keys: readonly (ExistenceKey | Error)[]): ReadonlySet<string> {
  return new Set(keys.flatMap((key) => (key instanceof Error ? [] : `existence ${key.name} ${key.value}`)));
}

function parseKeys(entries: readonly ContactBy[]): readonly (ExistenceKey | Error)[] {
  const validator = new InputValidator();
  validator.add(['by'], checkCount(entries, { min: 0, max: 100 }));
  validator.throwProblems();
  return entries.map((by, index) => tryToKey(by, ['by', String(index)]));
}

function tryToKey(by: ContactBy, path: readonly string[]): ExistenceKey | Error {
  try {
    return toKey(by, path);
  } catch (error) {
    return toError(error);
  }
}

/** @throws {BadUserInput} */
function toKey(by: ContactBy, path: readonly string[]): ExistenceKey {
  const { cid, search } = parseContactBy(by, path);
  const { email, phone, username, extId, extProp1, extProp2 } = search;
  const values = { cid, email, phoneNumber: phone, username, extId, extProp1, extProp2 };
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) return { name: name as keyof typeof values, value };
  }
  throw new Error('A key without a value.'); // `parseContactBy` refuses an input without one
}
