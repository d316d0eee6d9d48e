import { NotFound } from '../errors.ts';

/** Turns NOT_FOUND into null, for example for a contact that was deleted after its parent was read. @throws any other error */
export function nullIfNotFound(error: unknown): null {
  if (error instanceof NotFound) return null;
  throw error;
}
