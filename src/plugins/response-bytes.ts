import { QueryTooExpensive } from '../errors.ts';
import { refusal } from '../execution/response-fields.ts';
import type { ResultStep } from './result-pipeline.ts';

// Of ES2026 and in Node since 21, but not in TypeScript's library yet.
const { isRawJSON } = JSON as typeof JSON & { isRawJSON(value: unknown): boolean };

/** The largest ratio of the bytes of a value to its estimate: a control character is escaped with six bytes. */
const maxFactor = 7;

/**
 * Refuses answers whose data is longer as JSON than allowed, before any text is made of them: the text of a few hundred
 * aliases of one large object would not fit into memory. Errors are bounded by the limit on fields.
 *
 * @param maxBytes of the data, in UTF-8
 */
export function limitResponseBytes(maxBytes: number): ResultStep {
  return (result, { operation }) => {
    const { data } = result;
    if (data == null || estimate(data, maxBytes / maxFactor) <= maxBytes / maxFactor) return result;
    if (measure(data, maxBytes) <= maxBytes) return result;
    const done = operation?.operation === 'mutation' ? ' The mutation was executed.' : '';
    return refusal(new QueryTooExpensive(`The data of one answer has at most ${maxBytes} bytes.${done}`));
  };
}

/** About how many bytes a value takes as JSON, without a look at single characters; it stops counting beyond a maximum. */
function estimate(value: unknown, max: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return (value | 0) === value ? 2 : 4;
  if (typeof value !== 'object' || value === null) return 4;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && bytes <= max; index += 1)
      bytes += 1 + estimate(value[index], max - bytes);
    return bytes;
  }
  const object = value as Readonly<Record<string, unknown>>;
  for (const key in object) {
    bytes += key.length + 4 + estimate(object[key], max - bytes);
    if (bytes > max) break;
  }
  return bytes;
}

/** How many bytes a value takes as JSON in UTF-8, where no part of it is longer than a text can be; it stops as well. */
function measure(value: unknown, max: number): number {
  if (typeof value !== 'object' || value === null || isRawJSON(value)) {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  }
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      bytes += (bytes > 2 ? 1 : 0) + measure(item, max - bytes);
      if (bytes > max) break;
    }
    return bytes;
  }
  for (const [key, item] of Object.entries(value)) {
    bytes += (bytes > 2 ? 2 : 1) + measure(key, max) + measure(item, max - bytes);
    if (bytes > max) break;
  }
  return bytes;
}
