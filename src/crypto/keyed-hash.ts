import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';

/** Hashes texts that could be guessed, like names and addresses: a guess can be tested with the key only. */
export type KeyedHash = (text: string) => string;

/** Creates HMAC-SHA256 in base64url. @param purpose is part of the key derivation, so that each purpose has its own hashes */
export function createKeyedHash(key: Buffer, purpose: 'attempts' | 'call-budget' | 'ids'): KeyedHash {
  const derived = createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
  return (text) => createHmac('sha256', derived).update(text).digest('base64url');
}
