import { readFileSync } from 'node:fs';

/** White space of any kind, byte order marks and the other invisible characters that editors and web forms leave at an end. */
const outer = /^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu;
/** Control characters; tabs and line ends, which a password manager may have put into the middle of a value, are some. */
const inner = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const quoted = /^(["'])(.*)\1$/;

/**
 * Reads the text of a setting as a shell, a secret store or an editor has saved it: white space, line ends and byte order
 * marks around it are removed. An empty text counts as unset.
 *
 * @returns undefined for a setting that is not set
 */
export function cleanSetting(text: string | undefined): string | undefined {
  return text?.replace(outer, '') || undefined;
}

/**
 * Reads a file in UTF-8 whose text is a setting.
 *
 * @returns the text as `cleanSetting` reads it
 * @throws {Error} if the file cannot be read, and {TypeError} if it is not in UTF-8
 */
export function readSettingFile(path: string | URL): string | undefined {
  return cleanSetting(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
}

/**
 * Finds a reason why a clean text cannot be what an operator means.
 *
 * @returns the rest of a sentence that begins with the name of the variable
 */
export function findTextProblem(text: string): string | undefined {
  if (quoted.test(text))
    return 'is in quotation marks, which belong to a shell or a file and not to the value: remove them';
  return inner.test(text)
    ? 'contains a line end, a tab or another invisible character inside of the value: write it in one line'
    : undefined;
}
