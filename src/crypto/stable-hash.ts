import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/**
 * Hashes a value (SHA-256, base64url) independently of the order of its properties. Secrets are included, so the hash
 * would allow to test guesses of a password: store it encrypted only.
 *
 * @throws {TypeError} for an instance of a class other than Date, Map and Secret, whose state could be hidden
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
  if (prototype !== null && prototype !== Object.prototype)
    throw new TypeError('A stable hash exists for plain values only.');
  return canonicalEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

function canonicalEntries(entries: [unknown, unknown][]): string {
  const texts = entries.map(([name, value]) => `${canonical(name)}:${canonical(value)}`);
  return `{${texts.sort().join()}}`;
}
