import { isUtf8 } from 'node:buffer';
import { checkJsonSize } from './json-limits.ts';

/**
 * Decodes UTF-8. A byte order mark at the beginning is left out, as RFC 8259 allows a reader of JSON to do.
 *
 * @returns undefined for bytes that are not UTF-8; a decoder that replaces them would change the text unnoticed
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', hasMark ? 3 : 0);
}

/** Parses a JSON text in UTF-8. @throws {SyntaxError} */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new SyntaxError('not UTF-8');
  return JSON.parse(text);
}

/**
 * Parses a JSON text of a client, which must mean the same to every reader (RFC 7493): the names of an object are unique, and
 * texts have no lone surrogates.
 *
 * @throws {SyntaxError} and {JsonTooLarge}, which is found before the text is parsed
 */
export function parseUnambiguousJson(text: string): unknown {
  const namesInText = checkJsonSize(text);
  const value: unknown = JSON.parse(text);
  if (countNames(value) !== namesInText) throw new SyntaxError('a name occurs twice in an object');
  return value;
}

/** Counts the names of all objects. */
function countNames(value: unknown): number {
  let count = 0;
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') checkText(next);
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) {
      const names = Object.keys(next);
      count += names.length;
      for (const name of names) checkText(name);
    }
    for (const child of Object.values(next)) pending.push(child);
  }
  return count;
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw new SyntaxError('a lone surrogate');
}
