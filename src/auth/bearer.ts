import { type Detail, Unauthenticated } from '../errors.ts';
import type { RequestHeaders } from './authenticate.ts';

/** The scheme and a token of 8 kB; what is longer is not even looked at. */
const maxHeaderLength = 'Bearer '.length + 8_192;

/**
 * The token of an `Authorization` header; the alphabet keeps line breaks and spaces out of the upstream's headers.
 *
 * @throws {Unauthenticated}
 */
export function bearerToken(headers: RequestHeaders): string {
  const header = headers.get('authorization') ?? '';
  const token = header.length > maxHeaderLength ? undefined : /^Bearer +([\w.~+/-]+=*)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthenticatedError();
  return token;
}

/** One message for whatever is wrong with a token: it is nobody's business what. The log hears the reason. */
export function unauthenticatedError(reason?: Detail): Unauthenticated {
  const options = reason === undefined ? {} : { cause: reason };
  return new Unauthenticated('Send a valid access token as "Authorization: Bearer <token>".', options);
}
