import { Secret } from '../../crypto/secret.ts';
import { BadUserInput } from '../../errors.ts';
import { wrongFormat } from './problems.ts';
import type { ScalarInput } from './scalar-input.ts';
import { parseText } from './text.ts';

/** A password of an input: secret from here on, or the error of an invalid one. */
export type PasswordInput = ScalarInput<Secret>;

/** Parses a password: a text of 1 to 256 characters. */
export function parsePassword(value: unknown): PasswordInput {
  if (typeof value !== 'string') return wrongFormat('Password');
  try {
    return new Secret(parseText(value));
  } catch (error) {
    if (error instanceof BadUserInput) return error;
    throw error;
  }
}
