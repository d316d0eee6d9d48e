import { workTurns } from '../async/work-turns.ts';

// Of ES2026 and in Node since 21, but not in TypeScript's library yet.
const { isRawJSON } = JSON as typeof JSON & { isRawJSON(value: unknown): boolean };

/** Values whose estimate is larger are divided. Others are serialized at once, as JSON.stringify does it fastest. */
const maxPartBytes = 64_000;
/** JSON.stringify writes about so many bytes in a microsecond. */
const bytesPerUnit = 50;

/**
 * Serializes a large value in several turns of the event loop.
 *
 * @param maxBytes the maximum length of the text in UTF-8
 * @param owner the caller among whose operations the turns are shared
 * @returns the same text as `JSON.stringify`; undefined for one that is too long
 */
export async function stringifyInTurns(value: unknown, maxBytes: number, owner: string): Promise<string | undefined> {
  const parts = partsOf(value);
  const texts: string[] = [];
  let bytes = 0;
  let isDone = false;
  /** Serializes about as much as one turn may. */
  function stringifySome(): void {
    for (const end = texts.length + 1_000, start = bytes; texts.length < end && bytes - start < maxPartBytes; ) {
      const next = parts.next();
      isDone = next.done === true;
      if (isDone || bytes > maxBytes) return;
      texts.push(next.value ?? '');
      bytes += Buffer.byteLength(next.value ?? '');
    }
  }
  while (!isDone && bytes <= maxBytes) {
    const before = bytes;
    await workTurns.run(owner, stringifySome, () => (bytes - before) / bytesPerUnit);
  }
  return bytes > maxBytes ? undefined : texts.join('');
}

/** Yields the text of a value in parts. */
function* partsOf(value: unknown): Generator<string, undefined> {
  if (typeof value !== 'object' || value === null || isRawJSON(value) || !isLongerThan(value, maxPartBytes)) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  const isArray = Array.isArray(value);
  let separator = isArray ? '[' : '{';
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined && !isArray) continue;
    yield isArray ? separator : `${separator}${JSON.stringify(key)}:`;
    yield* partsOf(item);
    separator = ',';
  }
  yield `${separator === ',' ? '' : separator}${isArray ? ']' : '}'}`;
}

/** Whether the estimate of a value is larger, in bytes. */
export function isLongerThan(value: unknown, bytes: number): boolean {
  return estimate(value, bytes) > bytes;
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
