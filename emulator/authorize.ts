import type { Scope } from '../src/upstream/wire.ts';
import { forbidden } from './api-error.ts';
import type { Authority, Grant } from './token-issuer.ts';

/** The grant of an `Authorization` header, if it holds one of these scopes. @throws {Refusal} 403 for all else [doc] */
export function authorize(authority: Authority, header: string | undefined, scopes: readonly Scope[]): Grant {
  const token = /^Bearer ([^\s,]+)$/.exec(header ?? '')?.[1];
  const grant = token === undefined ? undefined : authority.verify(token);
  if (grant === undefined || !scopes.some((scope) => grant.scopes.includes(scope))) throw forbidden();
  return grant;
}
