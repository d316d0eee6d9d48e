import { checkLength, wrongFormat } from './problems.ts';

/**
 * Checks a text: not empty, because the meaning of an empty text is the upstream's choice, and without lone surrogates and NUL.
 *
 * @throws {BadUserInput}
 */
export function parseText(value: string, max = 256): string {
  const wrongLength = checkLength(value, { min: 1, max });
  if (wrongLength !== undefined) throw wrongLength;
  if (!value.isWellFormed() || value.includes('\0')) throw wrongFormat('Text');
  return value;
}
