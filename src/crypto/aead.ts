import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

/** Authenticated encryption (AES-256-GCM) with a random nonce for each message. */
export type Aead = {
  /** @param boundTo additional authenticated data: decryption needs the same text */
  encrypt(bytes: Buffer, boundTo: string): Buffer;
  /** Returns undefined for bytes that were encrypted with another key or bound to another text. */
  decrypt(encrypted: Buffer, boundTo: string): Buffer | undefined;
};

const nonceBytes = 12;
const tagBytes = 16;

/**
 * What is encrypted. Each purpose has keys of its own, so that random nonces stay unique. The names are part of the key
 * derivation: cursors, customer sessions and records of an earlier release must stay readable.
 */
export type AeadPurpose = 'cache' | 'change' | 'cursor' | 'idempotency' | 'scroll-session' | 'session';

/**
 * @param keys 32 bytes each. The first one encrypts and all decrypt. A new key is appended on all replicas before it is moved to
 *   the front, because replicas without it cannot decrypt.
 */
export function createAead(keys: readonly [Buffer, ...Buffer[]], purpose: AeadPurpose): Aead {
  const derive = (key: Buffer) => createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
  const decryptionKeys = keys.map(derive);
  const encryptionKey = derive(keys[0]);
  return {
    encrypt(bytes, boundTo) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce).setAAD(Buffer.from(boundTo));
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(encrypted, boundTo) {
      for (const key of decryptionKeys) {
        const bytes = decryptWith(key, encrypted, boundTo);
        if (bytes !== undefined) return bytes;
      }
      return undefined;
    },
  };
}

function decryptWith(key: KeyObject, encrypted: Buffer, boundTo: string): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(encrypted.subarray(-tagBytes));
    return Buffer.concat([decipher.update(encrypted.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
