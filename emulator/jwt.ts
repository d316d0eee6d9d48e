import { createHmac, timingSafeEqual } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

const header = encode({ alg: 'HS256', typ: 'JWT' });

/** A JSON Web Token in its three parts, signed with HMAC-SHA256. */
export function signJwt(claims: Claims, key: Buffer): string {
  const signed = `${header}.${encode(claims)}`;
  return `${signed}.${signature(signed, key).toString('base64url')}`;
}

/** The claims of a token that was signed with `key` under exactly our header: no other algorithm is looked at. */
export function verifyJwt(token: string, key: Buffer): Claims | undefined {
  const [head, payload, mac, ...rest] = token.split('.');
  if (head !== header || payload === undefined || mac === undefined || rest.length > 0) return undefined;
  const expected = signature(`${head}.${payload}`, key);
  const given = Buffer.from(mac, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(text: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
