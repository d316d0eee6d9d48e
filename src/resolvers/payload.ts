import { BadUserInput, Conflict, NotFound } from '../errors.ts';
import type { InputValidator, UserError } from './input/validator.ts';

/** The payload of a mutation: its result, or the errors that the user can correct. */
export type Payload<T> = { readonly result?: T; readonly userErrors: readonly UserError[] };

/** A contact that a mutation has written. */
export type WrittenContact = { readonly cid: string };

/** The response key of a field, which is its alias or its name. */
export type FieldPath = { readonly path: { readonly key: string | number } };

/** A write with its validated input. */
export type MutationOptions<S, T> = {
  validator: InputValidator;
  /** The object of the write; undefined only where the validator has a problem. */
  subject: S | undefined;
  /** The user error for an object that the upstream does not have. */
  notFound: { message: string; field: readonly string[] };
  /** May add problems that only a read of the upstream shows, and then throws them before it writes. */
  write: (subject: S) => Promise<T>;
};

/** What the user is told when the upstream refuses a write: it does not say which value is the reason. */
const contradiction = 'This was not accepted: it contradicts existing data, like a username that is in use already.';

/** Runs a write, unless the validator has problems. @throws errors that the user cannot correct */
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
    if (error instanceof BadUserInput && validator.problems.length > 0) return { userErrors: validator.problems };
    if (error instanceof NotFound) return { userErrors: [{ code: 'NOT_FOUND', ...notFound }] };
    if (error instanceof Conflict) {
      return { userErrors: [{ code: 'CONFLICT', message: contradiction, field: validator.pathOf() }] };
    }
    throw error;
  }
}

/** Returns the user error for a contact that the upstream does not have. */
export function contactNotFound(check: InputValidator): { message: string; field: readonly string[] } {
  return { message: 'There is no such contact, or it is not yours.', field: check.pathOf('id') };
}
