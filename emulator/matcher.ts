/**
 * Creates a test for request targets.
 *
 * @param pattern a substring of the target, or the source of a regular expression
 */
export function createMatcher(pattern: string): (path: string) => boolean {
  const expression = toRegExp(pattern);
  return (path) => path.includes(pattern) || expression?.test(path) === true;
}

/** A pattern that is not a valid regular expression is matched as a substring only. */
function toRegExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}
