/** A pseudo-random number generator (mulberry32), whose state is one integer. */
export type Random = { state: number };

/** Creates a generator whose sequence depends on these numbers only. */
export function createRandom(...parts: readonly number[]): Random {
  let state = 0x9e3779b9;
  for (const part of parts) state = mixBits(state ^ mixBits(part | 0));
  return { state };
}

/** Returns the next 32 bits as an unsigned integer. */
export function nextBits(random: Random): number {
  random.state = (random.state + 0x6d2b79f5) | 0;
  let t = Math.imul(random.state ^ (random.state >>> 15), 1 | random.state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return (t ^ (t >>> 14)) >>> 0;
}

/** Returns an integer from 0 to `limit` - 1. */
export function integerBelow(random: Random, limit: number): number {
  return Math.floor((nextBits(random) / 0x1_0000_0000) * limit);
}

/** Returns true with a probability of `percent` %. */
export function chance(random: Random, percent: number): boolean {
  return integerBelow(random, 1000) < percent * 10;
}

/** Returns a random item of a list. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[integerBelow(random, list.length)] ?? list[0];
}

/** Returns eight random hexadecimal characters. */
export function randomHex(random: Random): string {
  return toHex(nextBits(random));
}

/** Returns a random id in the format of the upstream: 32 hexadecimal characters. */
export function randomId(random: Random): string {
  return randomHex(random) + randomHex(random) + randomHex(random) + randomHex(random);
}

/** Formats 32 bits as eight hexadecimal characters. */
export function toHex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** Mixes 32 bits with the finalizer of murmur3. It is a bijection, so different numbers stay different. */
export function mixBits(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Returns the hash of a text as a number for `createRandom`. */
export function hashText(text: string): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mixBits(h);
}
