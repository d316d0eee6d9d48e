import { invalid } from './api-error.ts';

/** `true` or `false`, and nothing else that looks like it. */
export function parseBoolean(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw invalid(`"${name}" must be true or false`);
  return value === 'true';
}

export function parseInteger(name: string, value: string, { min, max }: { min: number; max: number }): number {
  const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw invalid(`"${name}" must be an integer from ${min} to ${max}`);
  return number;
}

/** An instant in the one format that the documentation shows, `2019-07-31T22:23:24Z`, as milliseconds. */
export function parseInstant(name: string, value: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? Date.parse(value) : Number.NaN;
  // Date.parse lets the 30th of February pass as the 2nd of March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== value.slice(0, 19)) {
    throw invalid(`"${name}" must be a date like 2019-07-31T22:23:24Z`);
  }
  return time;
}

export function parseEnum<T extends string>(name: string, value: string, values: readonly T[]): T {
  const known = values.find((candidate) => candidate === value);
  if (known === undefined) throw invalid(`"${name}" must be one of ${values.join(', ')}`);
  return known;
}

/** A comma separated list without gaps. */
export function parseList(name: string, value: string): readonly string[] {
  const items = value.split(',');
  if (items.includes('')) throw invalid(`"${name}" must be a comma separated list`);
  return items;
}

export function parseText(name: string, value: string): string {
  if (value === '') throw invalid(`"${name}" must not be empty`);
  return value;
}
