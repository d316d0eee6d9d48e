import { BadUserInput } from '../../errors.ts';

/** Text that says something: an empty one would match or mean what the upstream likes, a lone surrogate or a NUL nothing, at best. */
export function parseText(name: string, value: string, max = 256): string {
  if (value.length === 0 || value.length > max || !value.isWellFormed() || value.includes('\0')) {
    throw new BadUserInput(`"${name}" is 1 to ${max} characters of well-formed Unicode, none of them NUL.`);
  }
  return value;
}
