import type { Context } from '../../context.ts';
import { checkNumber } from './problems.ts';
import type { Optional } from './scalar-input.ts';
import type { InputValidator } from './validator.ts';

/** Parses a page size; one that is absent or out of range becomes a problem of the validator. */
export function parsePageSize(
  validator: InputValidator,
  name: 'first' | 'last',
  size: Optional<number>,
  { maxPageSize }: Pick<Context, 'maxPageSize'>,
): number {
  validator.add([name], checkNumber(size ?? 0, { min: 1, max: maxPageSize }));
  return size ?? 0;
}
