import { createHash } from 'node:crypto';
import { Detail, UpstreamBadResponse } from '../errors.ts';

/** A number of sixteen digits or more, which may not fit into a double: byte counts pass 2^53. */
const mayBeUnsafe = /[:,[\s-]\d{16}/;

/**
 * Parses a body; integers beyond 2^53 become exact `bigint`s.
 *
 * @throws {UpstreamBadResponse} whose cause tells length and hash of the text, never the text
 */
export function parseJson(text: string): unknown {
  try {
    return mayBeUnsafe.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text);
  } catch {
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
    throw new UpstreamBadResponse('The upstream answered with invalid JSON.', {
      cause: new Detail(`${text.length} characters, sha256 ${hash}`),
    });
  }
}

/** TypeScript does not know the reviver's third argument yet: the source text of a primitive. */
function exactIntegers(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
