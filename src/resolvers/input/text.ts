import { BadUserInput } from '../../errors.ts';

/**
 * Checks a text: not empty, because the meaning of an empty text is the upstream's choice, and without lone surrogates and NUL.
 *
 * @throws {BadUserInput}
 */
export function parseText(name: string, value: string, max = 256): string {
  if (value.length === 0 || value.length > max || !value.isWellFormed() || value.includes('\0')) {
    throw new BadUserInput(`"${name}" is 1 to ${max} characters of well-formed Unicode, none of them NUL.`);
  }
  return value;
}
