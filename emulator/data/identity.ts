import type { ExternalIds } from '../contact.ts';
import type { People } from './locales.ts';
import type { World } from './organization.ts';
import { below, bits, chance, mix, type Random, seeded, toHex } from './random.ts';

/** The id of contact number `n`: unique, because its first part is a bijection of the number. */
export function cidOf({ seed, organizationHash }: World, n: number): string {
  const random = seeded(seed, organizationHash, 1, n);
  const unique = mix(n ^ mix(seed ^ organizationHash));
  return toHex(unique) + toHex(bits(random)) + toHex(bits(random)) + toHex(bits(random));
}

const domains = ['example.com', 'example.org', 'example.net', 'mail.example.com'];

/** Two of every five hundred contacts share their address with their neighbour, as families do. */
export function emailOf(n: number): string {
  const position = n % 500;
  if (position === 107 || position === 108) return `family.${Math.floor(n / 500)}@example.org`;
  return `contact.${n}@${domains[n % domains.length]}`;
}

/** Three of every five hundred share a landline. */
export function phoneOf({ prefix }: People, seed: number, n: number): string {
  const position = n % 500;
  if (position >= 111 && position <= 113) return `+39050${String(1_000_000 + Math.floor(n / 500))}`;
  // 7919 is coprime to 10^8, so that no two contacts below that get the same number.
  return `${prefix}${String((n * 7919 + seed * 104_729) % 1e8).padStart(8, '0')}`;
}

/** Letters as the vendor's examples have them; the last four count, so that none is given twice. */
export function usernameOf(random: Random, n: number): string {
  let name = '';
  for (let i = 0; i < 6; i++) name += letter(below(random, 26));
  return name + letter(Math.floor(n / 17_576)) + letter(Math.floor(n / 676)) + letter(Math.floor(n / 26)) + letter(n);
}

function letter(n: number): string {
  return String.fromCharCode(65 + (n % 26));
}

/** Ids in other systems: unique ones, and properties that many contacts share. */
export function externalIdsOf(random: Random, n: number): ExternalIds {
  return {
    id: chance(random, 50) ? `CRM-${n}` : null,
    prop1: chance(random, 30) ? `store-${below(random, 40)}` : null,
    prop2: chance(random, 15) ? `loyalty-${below(random, 5000)}` : null,
  };
}
