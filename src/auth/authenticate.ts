import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Secret } from '../crypto/secret.ts';
import { Detail, Forbidden } from '../errors.ts';
import { idPattern } from '../id.ts';
import { createForwardedCredential } from '../upstream/credential/credential.ts';
import { readTokenClaims } from '../upstream/credential/token-claims.ts';
import { bearerToken, unauthenticatedError } from './bearer.ts';
import { type Caller, cacheCallerKey } from './caller.ts';
import { createTokenStatuses } from './token-status.ts';

/** The headers of a request, by their names in lower case. */
export type RequestHeaders = Pick<Headers, 'get'>;

/** Finds out who sends a request from its headers. @throws {Unauthenticated} for nobody, {Forbidden} for a caller without organization */
export type Authenticate = (headers: RequestHeaders) => Promise<Caller>;

/** How far the clocks of an issuer and of the gateway may be apart, in seconds. */
export const clockSkewSeconds = 60;

/** Demo mode: everybody is the one caller of the embedded emulator. */
export function authenticateAsFixedCaller(caller: Caller): Authenticate {
  return async () => caller;
}

/**
 * Passthrough mode: the caller's own upstream token is forwarded and the upstream judges it. One that it has refused,
 * or that says itself that it has expired, is refused here: pages that are held for it need no call.
 *
 * @param organizationId whose contacts to serve when the token names no organization
 */
export function authenticateByPassthrough(organizationId: string | undefined): Authenticate {
  const verdicts = createTokenStatuses();
  const known = new LRUCache<string, Known>({
    max: maxKnown,
    maxSize: maxKnownBytes,
    sizeCalculation: (_, token) => bytesPerCharacter * token.length + bytesPerToken,
  });

  function read(token: string): Known {
    const found = known.get(token);
    if (found !== undefined) return found;
    const { exp, ...claims } = readTokenClaims(token);
    const subject = createHash('sha256').update(token).digest('base64url');
    const organization = claims.organizationId ?? organizationId;
    const organizationProof = {
      isGiven: () => verdicts.find(subject) === 'accepted',
      give: () => verdicts.accept(subject),
    };
    const credential = createForwardedCredential({
      token: new Secret(token),
      id: subject,
      expiresAt: exp,
      onRejected: () => verdicts.refuse(subject),
      // Whatever it was taken for: it is genuine, and with it the organization that it names.
      onAccepted: claims.organizationId === undefined ? undefined : organizationProof.give,
    });
    const caller =
      organization === undefined || !idPattern.test(organization)
        ? undefined
        : cacheCallerKey({
            organizationId: organization,
            subject,
            scopes: claims.scopes,
            organizationProof,
            credential,
          });
    const read = { subject, expiresAt: exp, caller };
    known.set(token, read);
    return read;
  }

  return async (headers) => {
    const { subject, expiresAt, caller } = read(bearerToken(headers));
    if (verdicts.find(subject) === 'refused') throw unauthenticatedError(new Detail('refused by the upstream'));
    if (expiresAt !== undefined && expiresAt + clockSkewSeconds <= Date.now() / 1000) {
      throw unauthenticatedError(new Detail('expired'));
    }
    if (caller !== undefined) return caller;
    throw new Forbidden('The access token names no organization, and the gateway has no default one.');
  };
}

/** Tokens that are remembered: a client sends the same one with every request, and reading it takes longer than the rest. */
const maxKnown = 1_000;

/**
 * The memory that they may take, in bytes, and what one takes: its text, once as the header that it came in and once as
 * claims, and 1,300 bytes for its caller, credential and hash. Measured on Node 24 over 1,000 tokens of 54 to 8,000
 * characters with `--expose-gc`. A thousand tokens of 1 kB fit in, or 220 of the longest, 8 kB.
 */
const maxKnownBytes = 4_000_000;
const bytesPerCharacter = 2;
const bytesPerToken = 1_500;

/**
 * What a token alone says: neither whether it is good, nor whether it was ever taken.
 *
 * @property expiresAt in seconds since 1970
 * @property caller undefined where nobody knows for which organization
 */
type Known = { subject: string; expiresAt: number | undefined; caller: Caller | undefined };
