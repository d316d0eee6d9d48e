import type { Scope } from '../src/upstream/wire/index.ts';
import { forbidden, tokenRefused } from './api-error.ts';
import type { Grant, TokenIssuer } from './token-issuer.ts';

/**
 * Authorizes a call by its `Authorization` header.
 *
 * @param header the raw value of the header
 * @param scopes the scopes of which the service must have at least one; an empty list needs none
 * @throws {ApiError} 403 for a token that is absent, invalid, expired or without one of the scopes [doc]; the status for an
 *   invalid token can be switched to 401
 */
export function authorize(tokenIssuer: TokenIssuer, header: string | undefined, scopes: readonly Scope[]): Grant {
  const token = /^Bearer ([^\s,]+)$/.exec(header ?? '')?.[1];
  const grant = token === undefined ? undefined : tokenIssuer.verify(token);
  if (grant === undefined) throw tokenRefused(tokenIssuer.refusal());
  if (scopes.length > 0 && !scopes.some((scope) => grant.scopes.includes(scope))) throw forbidden();
  return grant;
}
