import { CursorInvalid } from '../errors.ts';
import type { Aead } from './aead.ts';

/** Makes cursors that say nothing to anybody, and are good for one list only. */
export type CursorCipher = {
  encrypt(position: unknown, boundTo: string): string;
  /** @throws {CursorInvalid} for what was not sealed here, was bound to something else, or is of another version */
  decrypt(cursor: string, boundTo: string): unknown;
};

/** Of the sealed position; another one is another kind of cursor. */
const version = 1;

export function createCursorCipher({ encrypt, decrypt }: Aead): CursorCipher {
  return {
    encrypt(position, boundTo) {
      const sealed = encrypt(Buffer.from(JSON.stringify(position)), bindingOf(boundTo));
      return Buffer.concat([Buffer.of(version), sealed]).toString('base64url');
    },
    decrypt(cursor, boundTo) {
      const bytes = Buffer.from(cursor, 'base64url');
      // Spelled in one way only: a cursor is a name, too.
      const known = bytes[0] === version && bytes.toString('base64url') === cursor;
      const opened = known ? decrypt(bytes.subarray(1), bindingOf(boundTo)) : undefined;
      if (opened !== undefined) return JSON.parse(opened.toString('utf8'));
      throw new CursorInvalid('This cursor does not belong to this query. Use one that this query returned.');
    },
  };
}

function bindingOf(boundTo: string): string {
  return `cursor:${version}:${boundTo}`;
}
