import type { Context } from '../../context.ts';
import { BadUserInput } from '../../errors.ts';

/** Parses a page size. @throws {BadUserInput} for a size that is missing or out of range */
export function parsePageSize(
  size: number | null | undefined,
  { maxPageSize }: Pick<Context, 'maxPageSize'>,
  name = 'first',
): number {
  if (size == null || size < 1 || size > maxPageSize) {
    throw new BadUserInput(`"${name}" is a whole number from 1 to ${maxPageSize}.`);
  }
  return size;
}
