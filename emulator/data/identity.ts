import type { ExternalIds } from '../contact.ts';
import type { Locale } from './locales.ts';
import { chance, createRandom, integerBelow, mixBits, nextBits, type Random, toHex } from './random.ts';
import type { SeedData } from './seed-data.ts';

/** Returns the id of contact number `n`. It is unique, because its first part is a bijection of the number. */
export function cidOf({ seed, organizationHash }: SeedData, n: number): string {
  const random = createRandom(seed, organizationHash, 1, n);
  const unique = mixBits(n ^ mixBits(seed ^ organizationHash));
  return toHex(unique) + toHex(nextBits(random)) + toHex(nextBits(random)) + toHex(nextBits(random));
}

const domains = ['example.com', 'example.org', 'example.net', 'mail.example.com'];

/** Returns the email address of contact number `n`. Of every 500 contacts, two share one address. */
export function emailOf(n: number): string {
  const position = n % 500;
  if (position === 107 || position === 108) return `family.${Math.floor(n / 500)}@example.org`;
  return `contact.${n}@${domains[n % domains.length]}`;
}

/** Returns the phone number of contact number `n`. Of every 500 contacts, three share one number. */
export function phoneOf({ prefix }: Locale, seed: number, n: number): string {
  const position = n % 500;
  if (position >= 111 && position <= 113) return `+39050${String(1_000_000 + Math.floor(n / 500))}`;
  // 7919 is coprime to 10^8, so the first 10^8 contacts get different numbers.
  return `${prefix}${String((n * 7919 + seed * 104_729) % 1e8).padStart(8, '0')}`;
}

/** Returns a username of capital letters as in the vendor's examples. The last four encode `n`, so that it is unique. */
export function usernameOf(random: Random, n: number): string {
  let name = '';
  for (let i = 0; i < 6; i++) name += letter(integerBelow(random, 26));
  return name + letter(Math.floor(n / 17_576)) + letter(Math.floor(n / 676)) + letter(Math.floor(n / 26)) + letter(n);
}

function letter(n: number): string {
  return String.fromCharCode(65 + (n % 26));
}

/** Generates the ids in other systems: a unique id, and properties that several contacts share. */
export function externalIdsOf(random: Random, n: number): ExternalIds {
  return {
    id: chance(random, 50) ? `CRM-${n}` : null,
    prop1: chance(random, 30) ? `store-${integerBelow(random, 40)}` : null,
    prop2: chance(random, 15) ? `loyalty-${integerBelow(random, 5000)}` : null,
  };
}
