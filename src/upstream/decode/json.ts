import { createHash } from 'node:crypto';
import { Detail, UpstreamBadResponse } from '../../errors.ts';

/**
 * Parses a body; integers beyond 2^53 become exact `bigint`s.
 *
 * @throws {UpstreamBadResponse} whose cause tells length and hash of the body, never what it holds
 */
export function parseJson(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return hasLongNumber(bytes) ? JSON.parse(text, exactIntegers) : JSON.parse(text);
  } catch {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    throw new UpstreamBadResponse('The upstream answered with invalid JSON.', {
      cause: new Detail(`${bytes.length} bytes, sha256 ${hash}`),
    });
  }
}

/** TypeScript does not know the reviver's third argument yet: the source text of a primitive. */
function exactIntegers(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** Digits that a number may have and still fit into a double for sure. */
const safeDigits = 15;

/**
 * Whether there may be a number that does not fit into a double: byte counts pass 2^53. Of so many digits in a row one
 * stands at a multiple of their number, so that only one byte in sixteen is looked at.
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
    at = to; // nothing is looked at twice, however long the text of digits
  }
  return false;
}

const mayPrecedeNumber: ReadonlySet<number | undefined> = new Set(Buffer.from(':,[- \t\r\n'));

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
