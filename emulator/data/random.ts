/** A stream of pseudo-random numbers: mulberry32, whose whole state is one integer. */
export type Random = { state: number };

/** The stream that belongs to these numbers, the same on every machine and in every run. */
export function seeded(...parts: readonly number[]): Random {
  let state = 0x9e3779b9;
  for (const part of parts) state = mix(state ^ mix(part | 0));
  return { state };
}

/** The next 32 bits. */
export function bits(random: Random): number {
  random.state = (random.state + 0x6d2b79f5) | 0;
  let t = Math.imul(random.state ^ (random.state >>> 15), 1 | random.state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return (t ^ (t >>> 14)) >>> 0;
}

/** An integer of 0 up to, but not including, `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor((bits(random) / 0x1_0000_0000) * limit);
}

/** True in `percent` of a hundred cases. */
export function chance(random: Random, percent: number): boolean {
  return below(random, 1000) < percent * 10;
}

/** One of a list that is not empty. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[below(random, list.length)] ?? list[0];
}

/** Eight hexadecimal characters. */
export function hex(random: Random): string {
  return toHex(bits(random));
}

/** An id as the upstream makes them: 32 hexadecimal characters. */
export function hexId(random: Random): string {
  return hex(random) + hex(random) + hex(random) + hex(random);
}

export function toHex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** Scrambles 32 bits; a bijection (murmur3's finalizer), so that different numbers stay different. */
export function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Numbers for `seeded` out of an id. */
export function hash(text: string): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}
