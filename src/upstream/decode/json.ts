import { createHash } from 'node:crypto';
import { Detail, UpstreamBadResponse } from '../../errors.ts';
import { decodeUtf8 } from '../../http-message/json-text.ts';

declare global {
  interface JSON {
    /** Part of the language since 2025, which TypeScript does not know yet. */
    rawJSON(text: string): unknown;
  }
}

/**
 * Parses a body. Integers beyond 2^53 become exact `bigint`s.
 *
 * @throws {UpstreamBadResponse} whose cause has the length and a hash of the body, never its text
 */
export function parseJson(bytes: Buffer): unknown {
  const text = decodeUtf8(bytes);
  try {
    if (text === undefined) throw new SyntaxError('not UTF-8');
    return hasLongNumber(bytes) ? JSON.parse(text, toExactInteger) : JSON.parse(text);
  } catch {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    throw new UpstreamBadResponse('The upstream answered with invalid JSON.', {
      cause: new Detail(`${bytes.length} bytes, sha256 ${hash}`),
    });
  }
}

/** A reviver. TypeScript does not know its third argument yet: the source text of a primitive. */
function toExactInteger(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** The largest number of digits with which every integer fits into a double. */
const safeDigits = 15;

/**
 * Returns whether the body may contain a number that does not fit into a double: counts of bytes pass 2^53. Among 16
 * consecutive digits one is at a multiple of 16, so only every sixteenth byte is read.
 */
function hasLongNumber(bytes: Buffer): boolean {
  const stride = safeDigits + 1;
  for (let at = stride - 1; at < bytes.length; at += stride) {
    if (!isDigit(bytes[at])) continue;
    let from = at;
    while (isDigit(bytes[from - 1])) from -= 1;
    let to = at + 1;
    while (isDigit(bytes[to])) to += 1;
    if (to - from > safeDigits && mayPrecedeNumber.has(bytes[from - 1])) return true;
    at = to; // No byte is read twice, however long a sequence of digits is.
  }
  return false;
}

const mayPrecedeNumber: ReadonlySet<number | undefined> = new Set(Buffer.from(':,[- \t\r\n'));

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Matches numbers that `parseJson` may read as another type than they have. */
const mayBeLong = /[:,[-]\d{16}/;

/** Writes JSON from which `parseJson` reads the same values: `bigint`s and large numbers keep their types. */
export function stringifyExactJson(value: unknown): string {
  const text = stringifyWithoutBigint(value);
  return text === undefined || mayBeLong.test(text) ? JSON.stringify(value, toExactText) : text;
}

/** Returns undefined for a `bigint`. Without a replacer, `JSON.stringify` is several times as fast. */
function stringifyWithoutBigint(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function toExactText(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value));
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return JSON.rawJSON(value.toExponential());
  }
  return value;
}
