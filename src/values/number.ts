/**
 * Numbers: the only place that decides which values are one. The upstream writes the same field as a number or as text, and
 * text is a number if JSON would accept it as one: with a minus sign, a fraction and an exponent, without spaces, a plus
 * sign, leading zeros, other digits or names such as `Infinity`. What a number means decides whether it may be negative or
 * have a fraction; every number here is a count or a measure, so that none is negative.
 */

/** Sign, digits before the point, digits after it, exponent. */
const jsonNumber = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The longest text that is read as a number, and the most digits of a whole number: a short exponent could have millions. */
const maxDigits = 64;

const maxInt = 2 ** 31 - 1;

/** Parses a whole number from 0 to the largest `Int` of GraphQL. @returns undefined for any other value */
export function parseCount(value: unknown): number | undefined {
  if (typeof value === 'number' && (value | 0) === value && value >= 0) return value | 0; // -0 becomes 0.
  const whole = parseWholeNumber(value);
  return whole !== undefined && whole <= maxInt ? Number(whole) : undefined;
}

/** Parses a number of bytes, which is exact beyond 2^53. @returns undefined for any other value */
export function parseByteCount(value: unknown): number | bigint | undefined {
  if (Number.isSafeInteger(value)) return Number(value) >= 0 ? Number(value) + 0 : undefined;
  const whole = parseWholeNumber(value);
  if (whole === undefined) return undefined;
  return whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
}

/**
 * Parses an average, a rate or another measure, which may have a fraction.
 *
 * @returns undefined for any other value, and for a whole number beyond 2^53, which a double may not be able to represent
 */
export function parseMeasure(value: unknown): number | undefined {
  const number =
    typeof value === 'string' && value.length <= maxDigits && jsonNumber.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) return undefined;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? undefined : number + 0; // -0 becomes 0.
}

/** A JSON number beyond 2^53 that is no bigint had a fraction or an exponent, and has lost digits already. */
function parseWholeNumber(value: unknown): bigint | undefined {
  if (typeof value === 'string') return parseWholeText(value);
  return typeof value === 'bigint' && value >= 0n && String(value).length <= maxDigits ? value : undefined;
}

function parseWholeText(text: string): bigint | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = (text.length <= maxDigits && jsonNumber.exec(text)) || [];
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0n;
  if (sign === '-') return undefined;
  const significant = digits.replace(/0+$/, '');
  const zeros = digits.length - significant.length - fraction.length + Number(exponent);
  if (zeros < 0 || significant.length + zeros > maxDigits) return undefined;
  return BigInt(significant + '0'.repeat(zeros));
}
