import { BadUserInput } from './errors.ts';

/** What an upstream id may look like: anything else could leave the intended path (`..`, `%2f`, an empty segment). */
export const idPattern = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Checks an id that came from a client before it becomes part of an upstream path.
 *
 * @throws {BadUserInput} without quoting the id, which may be anything up to a megabyte long
 */
export function parseId(id: string): string {
  if (!idPattern.test(id)) throw new BadUserInput('An id is 1 to 128 letters, digits, "-" or "_".');
  return id;
}
