import { BadUserInput } from './errors.ts';

/** The allowed form of an upstream id; other texts, like `..`, `%2f` or an empty segment, could leave the intended path. */
export const idPattern = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Checks an id that came from a client before it becomes part of an upstream path.
 *
 * @throws {BadUserInput} which does not quote the id
 */
export function parseId(id: string): string {
  if (!idPattern.test(id)) throw new BadUserInput('An id is 1 to 128 letters, digits, "-" or "_".');
  return id;
}
