/** The maximum depth of the objects and lists of a JSON value, because serialization is recursive. */
export const maxJsonDepth = 32;

/** Whether a JSON value has only numbers that a double can represent, and at most `depth` levels. */
export function isJson(value: unknown, depth = maxJsonDepth): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isJson(inner, depth - 1));
}

/** Whether a number may have lost digits on its way through a client: a double has more than one spelling beyond 2^53. */
function isInexact(value: unknown): boolean {
  return typeof value === 'bigint' || (Number.isInteger(value) && !Number.isSafeInteger(value));
}

/**
 * Returns a JSON value with each whole number beyond 2^53 as text, in which no client loses its digits. It copies entries,
 * because a key may be `__proto__`.
 */
export function withLongNumbersAsText(value: unknown): unknown {
  if (isInexact(value)) return String(value);
  if (Array.isArray(value)) return value.map(withLongNumbersAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withLongNumbersAsText(inner)]));
}

/** Whether a JSON value has no whole number beyond 2^53. */
export function isExact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !isInexact(value);
  return Object.values(value).every(isExact);
}
