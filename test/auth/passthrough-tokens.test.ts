// How many claims of access tokens are cached in passthrough mode, where a caller can make up any number of tokens.
import { describe, expect, test } from 'vitest';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import { authenticateToken } from '../support/token-call.ts';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @returns an unsigned token of about so many characters */
function tokenOf(n: number, length = 0): string {
  const claims = { organizationId: 'o1', n, filler: 'x'.repeat(length * 0.7) };
  return `${base64url({ alg: 'none' })}.${base64url(claims)}.c2ln`;
}

describe('the cache of token claims', () => {
  test.each([
    ['short tokens', 0, 999, 1_001],
    ['tokens of 7,500 characters', 7_500, 200, 300],
  ])('the claims of some %s are cached, and not those of any number', async (_, length, fitting, tooMany) => {
    const authenticate = authenticateByPassthrough();
    const callerOf = (n: number) => authenticateToken(authenticate, tokenOf(n, length));
    const first = await callerOf(0);
    for (let n = 1; n < fitting; n++) await callerOf(n);
    expect(await callerOf(0)).toBe(first);
    for (let n = 1; n <= tooMany; n++) await callerOf(n);
    expect(await callerOf(0)).not.toBe(first);
  });
});
