import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { Secret } from '../crypto/secret.ts';

/** The shell command that generates an encryption key. */
export const generateKeyCommand = '`openssl rand -base64 32`';

const keyBytes = 32;

/** Parses encryption keys that are separated by commas; the problems quote none of them. */
function parseEncryptionKeys(text: string): { keys: readonly Secret[]; problems: readonly string[] } {
  const parts = text.split(',').map((part) => part.trim());
  const problems = parts.flatMap((part, index) =>
    isKey(part)
      ? []
      : [`has no ${keyBytes} bytes of base64 as key ${index + 1} of ${parts.length}; ${generateKeyCommand} makes one`],
  );
  return { keys: parts.map((part) => new Secret(part)), problems };
}

/** Creates an encryption key, in base64. */
export function createEncryptionKey(): string {
  return randomBytes(keyBytes).toString('base64');
}

/** Decodes encryption keys; without any, a random key is generated. */
export function decodeEncryptionKeys(given: readonly Secret[]): readonly [Buffer, ...Buffer[]] {
  const [first = randomBytes(keyBytes), ...more] = given.map((key) => Buffer.from(key.reveal(), 'base64'));
  return [first, ...more];
}

/** Buffer ignores characters that are not base64, which would result in a weaker key. */
function isKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === keyBytes && bytes.toString('base64') === text;
}

/** Transforms a variable with encryption keys; a problem is an error of the schema. */
export function toEncryptionKeys(value: string, context: z.RefinementCtx): readonly Secret[] {
  const { keys, problems } = parseEncryptionKeys(value);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return keys;
}
