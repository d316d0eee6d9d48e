import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CursorInvalid } from './errors.ts';

/** Makes cursors unreadable and unforgeable: AES-256-GCM, a fresh nonce each. */
export type CursorSeal = {
  seal(position: unknown, boundTo: string): string;
  /** @throws {CursorInvalid} for what was not sealed here, or was bound to something else */
  open(cursor: string, boundTo: string): unknown;
};

const nonceBytes = 12;
const tagBytes = 16;

/** @param key 32 bytes; by default new ones, so that cursors live as long as this process */
export function createCursorSeal(key: Buffer = randomBytes(32)): CursorSeal {
  return {
    seal(position, boundTo) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo));
      const sealed = [nonce, cipher.update(JSON.stringify(position)), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(sealed).toString('base64url');
    },
    open(cursor, boundTo) {
      const bytes = Buffer.from(cursor, 'base64url');
      try {
        const nonce = bytes.subarray(0, nonceBytes);
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
          .setAAD(Buffer.from(boundTo))
          .setAuthTag(bytes.subarray(-tagBytes));
        const opened = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
        return JSON.parse(Buffer.concat(opened).toString('utf8'));
      } catch (cause) {
        throw new CursorInvalid('This cursor does not belong to this query. Use one that this query returned.', {
          cause,
        });
      }
    },
  };
}
