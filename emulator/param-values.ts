import { validationError } from './api-error.ts';

/** Parses `true` or `false`. @throws {ApiError} 409 for any other text */
export function parseBoolean(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw validationError(`"${name}" must be true or false`);
  return value === 'true';
}

/** Parses a decimal integer. @throws {ApiError} 409 for any other text, or a number out of range */
export function parseInteger(name: string, value: string, { min, max }: { min: number; max: number }): number {
  const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw validationError(`"${name}" must be an integer from ${min} to ${max}`);
  return number;
}

/**
 * Parses an instant in the only format that the documentation shows, `2019-07-31T22:23:24Z`.
 *
 * @returns milliseconds since 1970
 * @throws {ApiError} 409 for any other text
 */
export function parseInstant(name: string, value: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? Date.parse(value) : Number.NaN;
  // Date.parse accepts the 30th of February as the 2nd of March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== value.slice(0, 19)) {
    throw validationError(`"${name}" must be a date like 2019-07-31T22:23:24Z`);
  }
  return time;
}

/** Returns the value if it is one of the list. @throws {ApiError} 409 that names the allowed values */
export function parseEnum<T extends string>(name: string, value: string, values: readonly T[]): T {
  const member = values.find((candidate) => candidate === value);
  if (member === undefined) throw validationError(`"${name}" must be one of ${values.join(', ')}`);
  return member;
}

/** Parses a comma separated list. @throws {ApiError} 409 for a list with an empty item */
export function parseList(name: string, value: string): readonly string[] {
  const items = value.split(',');
  if (items.includes('')) throw validationError(`"${name}" must be a comma separated list`);
  return items;
}

/** Returns the text. @throws {ApiError} 409 when it is empty */
export function parseText(name: string, value: string): string {
  if (value === '') throw validationError(`"${name}" must not be empty`);
  return value;
}
