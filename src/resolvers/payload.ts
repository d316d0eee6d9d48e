import { Conflict, NotFound } from '../errors.ts';
import type { Check, UserError } from './check.ts';

/** What a mutation answers: what was done, or what the user has to mend before it can be. */
export type Payload<T> = { readonly done?: T; readonly userErrors: readonly UserError[] };

/** A contact that was written to. */
export type ContactWritten = { readonly cid: string };

/** Which field of the operation it answers, by its alias. */
export type At = { readonly path: { readonly key: string | number } };

export type WriteOptions<S, T> = {
  check: Check;
  /** What is written to or made; it may be missing only where the check has found why. */
  subject: S | undefined;
  /** What to say when the upstream does not know it, and of which field. */
  unknown: { message: string; field: readonly string[] };
  write: (subject: S) => Promise<T>;
};

/** Writes what was checked, unless that has found a problem; what the user cannot mend is thrown. */
export async function payloadOf<S, T>({ check, subject, unknown, write }: WriteOptions<S, T>): Promise<Payload<T>> {
  if (subject === undefined || check.problems.length > 0) return { userErrors: check.problems };
  try {
    return { done: await write(subject), userErrors: [] };
  } catch (error) {
    if (error instanceof NotFound) return { userErrors: [{ code: 'NOT_FOUND', ...unknown }] };
    if (error instanceof Conflict) {
      return { userErrors: [{ code: 'CONFLICT', message: error.message, field: check.pathOf() }] };
    }
    throw error;
  }
}

/** What to say of a contact that the upstream does not have. */
export function unknownContact(check: Check): { message: string; field: readonly string[] } {
  return { message: 'There is no such contact, or it is not yours.', field: check.pathOf('id') };
}
