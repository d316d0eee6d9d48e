/** Limits the values of a label, so that what clients send cannot create time series without end. */
export type LabelLimit = {
  /** Returns the value if it is known, or becomes known because there is room, else `other`. */
  add(value: string): string;
  /** Returns the value if it is known, else `other`. */
  find(value: string): string;
};

/** @param maxValues the number of values that can become known */
export function createLabelLimit(maxValues: number): LabelLimit {
  const known = new Set<string>();
  const find = (value: string) => (known.has(value) ? value : 'other');
  return {
    find,
    add(value) {
      if (known.size < maxValues) known.add(value);
      return find(value);
    },
  };
}
