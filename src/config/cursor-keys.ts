import { randomBytes } from 'node:crypto';
import { Secret } from '../crypto/secret.ts';

export const generateKeyCommand = '`openssl rand -base64 32`';

const keyBytes = 32;

/** Reads the keys of cursors, which are separated by commas; the problems quote none of them. */
export function parseEncryptionKeys(text: string): { keys: readonly Secret[]; problems: readonly string[] } {
  const parts = text.split(',').map((part) => part.trim());
  const problems = parts.flatMap((part, index) =>
    isKey(part)
      ? []
      : [`has no ${keyBytes} bytes of base64 as key ${index + 1} of ${parts.length}; ${generateKeyCommand} makes one`],
  );
  return { keys: parts.map((part) => new Secret(part)), problems };
}

/** As bytes; when none is given, one that nobody knows. */
export function decodeEncryptionKeys(given: readonly Secret[]): readonly [Buffer, ...Buffer[]] {
  const [first = randomBytes(keyBytes), ...more] = given.map((key) => Buffer.from(key.reveal(), 'base64'));
  return [first, ...more];
}

/** Buffer reads over what is not base64, and would make a weaker key of it. */
function isKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === keyBytes && bytes.toString('base64') === text;
}
