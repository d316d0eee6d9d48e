/** What a value that could not be decoded is. It is logged in place of the value, which may be personal data. */
export type ValueKind =
  | 'absent'
  | 'null'
  | 'boolean'
  | 'number'
  | 'string'
  | 'array'
  | 'object'
  /** A value that is in the contract, but does not agree with other values. */
  | 'contradiction';

/** Returns the kind of a JSON value. */
export function kindOf(value: unknown): ValueKind {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  return typeof value === 'object' ? 'object' : 'number';
}
