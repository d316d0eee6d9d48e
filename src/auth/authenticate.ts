import { createHash } from 'node:crypto';
import { Forbidden, Unauthenticated } from '../errors.ts';
import { idPattern } from '../id.ts';
import { Secret } from '../secret.ts';
import { createForwardedCredential } from '../upstream/credential.ts';
import { readClaims } from '../upstream/token-claims.ts';
import type { Caller } from './caller.ts';

/** Finds out who sends a request from its headers. @throws {Unauthenticated} for nobody, {Forbidden} for a caller without organization */
export type Authenticate = (headers: Headers) => Caller;

/** Demo mode: everybody is the one caller of the embedded emulator. */
export function authenticateAs(caller: Caller): Authenticate {
  return () => caller;
}

/**
 * Passthrough mode: the caller's own upstream token is forwarded and the upstream judges it.
 *
 * @param organizationId whose contacts to serve when the token names no organization
 */
export function authenticateByToken(organizationId: string | undefined): Authenticate {
  return (headers) => {
    const token = bearerToken(headers.get('authorization'));
    const claims = readClaims(token);
    const organization = claims.organizationId ?? organizationId;
    if (organization === undefined || !idPattern.test(organization)) {
      throw new Forbidden('The access token names no organization, and the gateway has no default one.');
    }
    return {
      organizationId: organization,
      subject: createHash('sha256').update(token).digest('base64url'),
      scopes: claims.scopes,
      credential: createForwardedCredential(new Secret(token), claims.exp),
    };
  };
}

/** The token of an `Authorization` header; the alphabet keeps line breaks and spaces out of the upstream's headers. */
function bearerToken(header: string | null): string {
  const token = /^Bearer +([\w.~+/-]{1,8192}=*)$/i.exec(header ?? '')?.[1];
  if (token === undefined) throw new Unauthenticated('Send an access token as "Authorization: Bearer <token>".');
  return token;
}
