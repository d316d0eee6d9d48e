import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Detail, Forbidden } from '../errors.ts';
import { idPattern } from '../id.ts';
import { Secret } from '../secret.ts';
import { createForwardedCredential } from '../upstream/credential.ts';
import { readClaims } from '../upstream/token-claims.ts';
import { bearerToken, notAuthenticated } from './bearer.ts';
import type { Caller } from './caller.ts';
import { createTokenVerdicts } from './token-verdicts.ts';

/** The headers of a request, by their names in lower case. */
export type RequestHeaders = Pick<Headers, 'get'>;

/** Finds out who sends a request from its headers. @throws {Unauthenticated} for nobody, {Forbidden} for a caller without organization */
export type Authenticate = (headers: RequestHeaders) => Promise<Caller>;

/** How far the clocks of an issuer and of the gateway may be apart, in seconds. */
export const clockSkew = 60;

/** Demo mode: everybody is the one caller of the embedded emulator. */
export function authenticateAs(caller: Caller): Authenticate {
  return async () => caller;
}

/**
 * Passthrough mode: the caller's own upstream token is forwarded and the upstream judges it. One that it has refused,
 * or that says itself that it has expired, is refused here: pages that are held for it need no call.
 *
 * @param organizationId whose contacts to serve when the token names no organization
 */
export function authenticateByToken(organizationId: string | undefined): Authenticate {
  const verdicts = createTokenVerdicts();
  const read = createTokenReader();
  return async (headers) => {
    const token = bearerToken(headers);
    const { subject, claims } = read(token);
    if (verdicts.of(subject) === 'refused') throw notAuthenticated(new Detail('refused by the upstream'));
    if (claims.exp !== undefined && claims.exp + clockSkew <= Date.now() / 1000) {
      throw notAuthenticated(new Detail('expired'));
    }
    const organization = claims.organizationId ?? organizationId;
    if (organization === undefined || !idPattern.test(organization)) {
      throw new Forbidden('The access token names no organization, and the gateway has no default one.');
    }
    const proof = { isGiven: () => verdicts.of(subject) === 'accepted', give: () => verdicts.accept(subject) };
    return {
      organizationId: organization,
      subject,
      scopes: claims.scopes,
      proof,
      credential: createForwardedCredential({
        token: new Secret(token),
        id: subject,
        expiresAt: claims.exp,
        onRefused: () => verdicts.refuse(subject),
        // Whatever it was taken for: it is genuine, and with it the organization that it names.
        onAccepted: claims.organizationId === undefined ? undefined : proof.give,
      }),
    };
  };
}

/** Tokens whose reading is remembered: a client sends the same one with every request, and reading it takes longer than the rest. */
const maxRead = 1_000;

/** What a token alone says: neither whether it is good, nor whether it was ever taken. */
function createTokenReader() {
  const known = new LRUCache<string, { subject: string; claims: ReturnType<typeof readClaims> }>({ max: maxRead });
  return (token: string) => {
    const found = known.get(token);
    if (found !== undefined) return found;
    const read = { subject: createHash('sha256').update(token).digest('base64url'), claims: readClaims(token) };
    known.set(token, read);
    return read;
  };
}
