import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { CursorInvalid } from './errors.ts';

/** Makes cursors unreadable and unforgeable: AES-256-GCM, a fresh nonce each. */
export type CursorSeal = {
  seal(position: unknown, boundTo: string): string;
  /** @throws {CursorInvalid} for what was not sealed here, was bound to something else, or is of another version */
  open(cursor: string, boundTo: string): unknown;
};

/** Of the sealed position; another one is another kind of cursor. */
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** @param keys 32 bytes each: the first seals, all open, so that a new key can be put before an old one */
export function createCursorSeal(keys: readonly [Buffer, ...Buffer[]]): CursorSeal {
  const opening = keys.map((key) => createSecretKey(key));
  const sealing = createSecretKey(keys[0]);
  return {
    seal(position, boundTo) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(bindingOf(boundTo));
      const sealed = [cipher.update(JSON.stringify(position)), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat([Buffer.of(version), nonce, ...sealed]).toString('base64url');
    },
    open(cursor, boundTo) {
      const bytes = Buffer.from(cursor, 'base64url');
      // Spelled in one way only: a cursor is a name, too.
      if (bytes[0] === version && bytes.toString('base64url') === cursor) {
        for (const key of opening) {
          const opened = openWith(key, bytes.subarray(1), boundTo);
          if (opened !== undefined) return JSON.parse(opened);
        }
      }
      throw new CursorInvalid('This cursor does not belong to this query. Use one that this query returned.');
    },
  };
}

function openWith(key: KeyObject, bytes: Buffer, boundTo: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(bindingOf(boundTo))
      .setAuthTag(bytes.subarray(-tagBytes));
    const opened = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
    return Buffer.concat(opened).toString('utf8');
  } catch {
    return undefined;
  }
}

function bindingOf(boundTo: string): Buffer {
  return Buffer.from(`${version}:${boundTo}`);
}
