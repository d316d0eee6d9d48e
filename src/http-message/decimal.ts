/**
 * Reads a number of a header: decimal digits, with an optional fraction. It is the only place in which text of a header
 * becomes a number.
 *
 * @returns undefined for anything else: a sign, an exponent, a unit, white space, other text
 */
export function parseDecimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(?:\.\d*)?$/.test(text) ? Number(text) : undefined;
}
