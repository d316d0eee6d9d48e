/** The number of digits of a key, which numbers contacts or pages. A cid has 32 characters and contains a key. */
export const keyLength = 8;
/** The organization of the bench. */
export const organizationId = '3a8ccd060216452e09b2b32e750cb5eb';

const prefix = 'c0c0c0c0c0c0c0c0c0c0c0';

/** Returns the cid of the contact with this key, or of a row of the page with this key. */
export function cidOf(key: string, row = 0): string {
  return prefix + key + String(row).padStart(2, '0');
}

/** Returns the key that a cid contains. */
export function keyOf(cid: string): string {
  return cid.slice(prefix.length, prefix.length + keyLength);
}

/** Formats a number as a key. */
export function toKey(number: number): string {
  return String(number).padStart(keyLength, '0');
}
