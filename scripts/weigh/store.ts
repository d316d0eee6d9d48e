/** Adds an entry with the key of this index to a store. */
export type Fill = (index: number) => unknown;

/** A store, and the number of keys to fill it with, which is far beyond its bound. */
export type Store = { readonly name: string; readonly fills: number; readonly create: () => Fill };

/** The length of the hash of a token or of a caller, in characters. */
export const hashLength = 43;

export function store(name: string, fills: number, create: () => Fill): Store {
  return { name, fills, create };
}

/** Returns a flat string of this length that is different for each index. */
export function unique(index: number, length: number): string {
  return Buffer.from(String(index).padStart(length, '-')).toString('latin1');
}
