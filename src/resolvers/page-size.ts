import { BadUserInput } from '../errors.ts';

/** Rows that one page may hold. */
const maxPageSize = 1000;

/** @throws {BadUserInput} for a `first` that is missing or out of range */
export function parsePageSize(first: number | null | undefined): number {
  if (first == null || first < 1 || first > maxPageSize) {
    throw new BadUserInput(`"first" is a whole number from 1 to ${maxPageSize}.`);
  }
  return first;
}
