import { Detail, Unauthenticated } from '../errors.ts';
import { parseJsonBytes } from '../http-message/json-text.ts';
import type { RequestHeaders } from './authenticate.ts';

/** The scheme and a token of 8 kB; a longer header is not parsed. */
const maxHeaderLength = 'Bearer '.length + 8_192;

/**
 * Reads the token of an `Authorization` header. Its alphabet keeps line breaks and spaces out of the headers that are sent
 * to the upstream.
 *
 * @throws {Unauthenticated}
 */
export function bearerToken(headers: RequestHeaders): string {
  const header = headers.get('authorization') ?? '';
  const token = header.length > maxHeaderLength ? undefined : /^Bearer +([\w.~+/-]+=*)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthenticatedError();
  return token;
}

/**
 * Checks by its text alone that a token can be a JWT: three parts in base64url, of which the first two are JSON objects.
 *
 * @throws {Unauthenticated}
 */
export function checkJwtForm(token: string): void {
  const [, header, payload] = /^([\w-]+)\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  if (!isJsonObject(header) || !isJsonObject(payload)) throw unauthenticatedError(new Detail('no JWT'));
}

function isJsonObject(part = ''): boolean {
  try {
    const value = parseJsonBytes(Buffer.from(part, 'base64url'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Creates the one error for every problem with a token: the client gets the same message, the log gets the reason. */
export function unauthenticatedError(reason?: Detail): Unauthenticated {
  const options = reason === undefined ? {} : { cause: reason };
  return new Unauthenticated('Send a valid access token as "Authorization: Bearer <token>".', options);
}
