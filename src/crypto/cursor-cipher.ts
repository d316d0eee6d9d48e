import { CursorInvalid } from '../errors.ts';
import type { Aead } from './aead.ts';

/** Encrypts positions as cursors, which are opaque to clients and valid for one list only. */
export type CursorCipher = {
  /** @param boundTo identifies the list: organization, filter and order */
  encrypt(position: unknown, boundTo: string): string;
  /** @throws {CursorInvalid} for a text that is no cursor of this gateway and version, or belongs to another list */
  decrypt(cursor: string, boundTo: string): unknown;
};

/** The version of the cursor format: the first byte of each cursor. */
const version = 1;

/** Creates the cipher of cursors from the AEAD with the purpose `cursor`. */
export function createCursorCipher({ encrypt, decrypt }: Aead): CursorCipher {
  return {
    encrypt(position, boundTo) {
      const encrypted = encrypt(Buffer.from(JSON.stringify(position)), bindingOf(boundTo));
      return Buffer.concat([Buffer.of(version), encrypted]).toString('base64url');
    },
    decrypt(cursor, boundTo) {
      const bytes = Buffer.from(cursor, 'base64url');
      // Only the canonical base64url text is accepted, so that one cursor is not two texts.
      const isCursor = bytes[0] === version && bytes.toString('base64url') === cursor;
      const content = isCursor ? decrypt(bytes.subarray(1), bindingOf(boundTo)) : undefined;
      if (content !== undefined) return JSON.parse(content.toString('utf8'));
      throw new CursorInvalid('This cursor does not belong to this query. Use one that this query returned.');
    },
  };
}

function bindingOf(boundTo: string): string {
  return `cursor:${version}:${boundTo}`;
}
