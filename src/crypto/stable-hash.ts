import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/**
 * The same text for the same value, in whatever order its properties are, and another one for any other; secrets
 * count, too. Whoever has it may try which passwords it fits: it is to be kept sealed.
 *
 * @throws {TypeError} for an object of a class that is not known here, which could hide what it differs in
 */
export function stableHash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64url');
}

function canonical(value: unknown): string {
  if (value instanceof Secret) return `secret:${JSON.stringify(value.reveal())}`;
  if (value instanceof Date) return `date:${value.toJSON()}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value instanceof Map) return `map${canonicalEntries([...value])}`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  if (typeof value === 'bigint') return `${value}n`;
  return JSON.stringify(value) ?? typeof value;
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) throw new TypeError('This has no fingerprint.');
  return canonicalEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

function canonicalEntries(entries: [unknown, unknown][]): string {
  const texts = entries.map(([name, value]) => `${canonical(name)}:${canonical(value)}`);
  return `{${texts.sort().join()}}`;
}
