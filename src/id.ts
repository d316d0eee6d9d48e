/** The allowed form of an upstream id; other texts, like `..`, `%2f` or an empty segment, could leave the intended path. */
export const idPattern = /^[A-Za-z0-9_-]{1,128}$/;
