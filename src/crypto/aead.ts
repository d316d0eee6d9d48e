import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

/** Makes bytes unreadable and unforgeable for whoever has not the keys: AES-256-GCM, a fresh nonce each. */
export type Aead = {
  encrypt(bytes: Buffer, boundTo: string): Buffer;
  /** Undefined for what was not sealed with one of the keys, or was bound to something else. */
  decrypt(sealed: Buffer, boundTo: string): Buffer | undefined;
};

const nonceBytes = 12;
const tagBytes = 16;

/** What is sealed: each has keys of its own, so that none uses up the nonces of another. */
export type AeadPurpose = 'cache' | 'change' | 'cursor' | 'idempotency' | 'scroll-session' | 'session';

/** @param keys 32 bytes each: the first seals, all open, so that a new key can be put before an old one */
export function createAead(keys: readonly [Buffer, ...Buffer[]], purpose: AeadPurpose): Aead {
  const derive = (key: Buffer) => createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
  const opening = keys.map(derive);
  const sealing = derive(keys[0]);
  return {
    encrypt(bytes, boundTo) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(boundTo));
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(sealed, boundTo) {
      for (const key of opening) {
        const opened = openWith(key, sealed, boundTo);
        if (opened !== undefined) return opened;
      }
      return undefined;
    },
  };
}

function openWith(key: KeyObject, sealed: Buffer, boundTo: string): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
