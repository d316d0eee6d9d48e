import { NotFound } from '../errors.ts';

/** What the upstream does not have is null, and nobody's error: also what has gone since its parent was read. */
export function nullIfNotFound(error: unknown): null {
  if (error instanceof NotFound) return null;
  throw error;
}
