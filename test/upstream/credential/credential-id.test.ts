import { expect, test } from 'vitest';
import { Secret } from '../../../src/crypto/secret.ts';
import { createUpstreamClient } from '../../../src/upstream/client/client.ts';
import { createForwardedCredential } from '../../../src/upstream/credential/forwarded-credential.ts';
import { createServiceCredential } from '../../../src/upstream/credential/service-credential.ts';

const client = createUpstreamClient({ url: 'http://127.0.0.1:1' });

const idOf = (clientKey: string, clientSecret = 'one') =>
  createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) }).id;

test('the id of a credential with a client key is a hash of the key, independent of the secret', () => {
  expect(idOf('ck-1')).toBe(idOf('ck-1', 'rotated'));
  expect(idOf('ck-1')).not.toBe(idOf('ck-2'));
  expect(idOf('ck-1')).not.toContain('ck-1');
  expect(idOf('ck-1')).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('the id of a forwarded token is the id of its caller', () => {
  expect(createForwardedCredential({ token: new Secret('t'), id: 'hash', expiresAt: undefined }).id).toBe('hash');
});
