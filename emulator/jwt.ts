import { createHmac, timingSafeEqual } from 'node:crypto';

/** The payload of a token. */
export type Claims = Readonly<Record<string, unknown>>;

const header = encode({ alg: 'HS256', typ: 'JWT' });

/** Creates a JSON Web Token that is signed with HMAC-SHA256. */
export function signJwt(claims: Claims, key: Buffer): string {
  const signed = `${header}.${encode(claims)}`;
  return `${signed}.${signature(signed, key).toString('base64url')}`;
}

/**
 * Verifies a token that `signJwt` created. Only its exact header is accepted, so that a token cannot choose another
 * algorithm.
 *
 * @returns the claims; undefined for an invalid token
 */
export function verifyJwt(token: string, key: Buffer): Claims | undefined {
  const [head, payload, mac, ...rest] = token.split('.');
  if (head !== header || payload === undefined || mac === undefined || rest.length > 0) return undefined;
  const expected = signature(`${head}.${payload}`, key);
  const actual = Buffer.from(mac, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(text: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
