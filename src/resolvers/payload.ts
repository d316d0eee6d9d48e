import { Conflict, NotFound } from '../errors.ts';
import type { InputValidator, UserError } from './input/validator.ts';

/** What a mutation answers: what was done, or what the user has to mend before it can be. */
export type Payload<T> = { readonly result?: T; readonly userErrors: readonly UserError[] };

/** A contact that was written to. */
export type WrittenContact = { readonly cid: string };

/** Which field of the operation it answers, by its alias. */
export type FieldPath = { readonly path: { readonly key: string | number } };

export type MutationOptions<S, T> = {
  validator: InputValidator;
  /** What is written to or made; it may be missing only where the check has found why. */
  subject: S | undefined;
  /** What to say when the upstream does not know it, and of which field. */
  notFound: { message: string; field: readonly string[] };
  write: (subject: S) => Promise<T>;
};

/** Writes what was checked, unless that has found a problem; what the user cannot mend is thrown. */
export async function runMutation<S, T>({
  validator,
  subject,
  notFound,
  write,
}: MutationOptions<S, T>): Promise<Payload<T>> {
  if (subject === undefined || validator.problems.length > 0) return { userErrors: validator.problems };
  try {
    return { result: await write(subject), userErrors: [] };
  } catch (error) {
    if (error instanceof NotFound) return { userErrors: [{ code: 'NOT_FOUND', ...notFound }] };
    if (error instanceof Conflict) {
      return { userErrors: [{ code: 'CONFLICT', message: error.message, field: validator.pathOf() }] };
    }
    throw error;
  }
}

/** What to say of a contact that the upstream does not have. */
export function contactNotFound(check: InputValidator): { message: string; field: readonly string[] } {
  return { message: 'There is no such contact, or it is not yours.', field: check.pathOf('id') };
}
