/** Whether a request target contains a text, or matches it as the source of a regular expression. */
export function createMatcher(pattern: string): (path: string) => boolean {
  const expression = parse(pattern);
  return (path) => path.includes(pattern) || expression?.test(path) === true;
}

/** A text that is no regular expression, as a path with a question mark may be, is a plain text. */
function parse(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}
