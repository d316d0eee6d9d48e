/** Ids of the bench: 32 characters as the upstream's have, of which eight digits count the contacts or pages asked for. */
export const keyLength = 8;
export const organizationId = '3a8ccd060216452e09b2b32e750cb5eb';

const before = 'c0c0c0c0c0c0c0c0c0c0c0';

/** The contact in a row of the page of this key, or without one the contact of this key itself. */
export function cidOf(key: string, row = 0): string {
  return before + key + String(row).padStart(2, '0');
}

/** The key of a cid. */
export function keyOf(cid: string): string {
  return cid.slice(before.length, before.length + keyLength);
}

export function toKey(number: number): string {
  return String(number).padStart(keyLength, '0');
}
