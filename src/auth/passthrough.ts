import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Secret } from '../crypto/secret.ts';
import { Detail, Forbidden } from '../errors.ts';
import { idPattern } from '../id.ts';
import { createForwardedCredential } from '../upstream/credential/forwarded-credential.ts';
import { readTokenClaims } from '../upstream/credential/token-claims.ts';
import { type Authenticate, clockSkewSeconds } from './authenticate.ts';
import { bearerToken, checkJwtForm, unauthenticatedError } from './bearer.ts';
import { type Caller, cacheCallerKey } from './caller.ts';
import { createTokenStatuses, type TokenStatuses } from './token-status.ts';

/** Tokens whose claims are cached: a client sends the same token with every request, and reading it is expensive. */
const maxTokens = 1_000;

/**
 * The memory of the cache in bytes, and that of one token: its text, once as the header that it came in and once as claims,
 * and 1,300 bytes for its caller, credential and hash. Measured on Node 24 over 1,000 tokens of 54 to 8,000 characters with
 * `--expose-gc`. A thousand tokens of 1 kB fit, or 220 of the longest, 8 kB.
 */
const maxTokenBytes = 4_000_000;
const bytesPerCharacter = 2;
const bytesPerToken = 1_500;

/** What a token claims about itself, which nothing has verified yet. */
type ParsedToken = {
  /** The SHA-256 hash of the token. */
  subject: string;
  /** In seconds since 1970. */
  expiresAt: number | undefined;
  /** Undefined where neither the token nor the configuration names an organization. */
  caller: Caller | undefined;
};

/**
 * Passthrough mode: forwards the caller's own upstream token, which the upstream verifies. A token that the upstream has
 * rejected, or that has expired by its own claims, is rejected here without a call: its cached pages must not be served.
 *
 * @param organizationId the organization of tokens that name none
 */
export function authenticateByPassthrough(organizationId: string | undefined): Authenticate {
  const statuses = createTokenStatuses();
  const tokens = new LRUCache<string, ParsedToken>({
    max: maxTokens,
    maxSize: maxTokenBytes,
    sizeCalculation: (_, token) => bytesPerCharacter * token.length + bytesPerToken,
  });

  function parseOnce(token: string): ParsedToken {
    const cached = tokens.get(token);
    if (cached !== undefined) return cached;
    checkJwtForm(token);
    const parsed = parseToken(token, organizationId, statuses);
    tokens.set(token, parsed);
    return parsed;
  }

  return async (headers) => {
    const { subject, expiresAt, caller } = parseOnce(bearerToken(headers));
    if (statuses.find(subject) === 'rejected') throw unauthenticatedError(new Detail('rejected by the upstream'));
    if (expiresAt !== undefined && expiresAt + clockSkewSeconds <= Date.now() / 1000) {
      throw unauthenticatedError(new Detail('expired'));
    }
    if (caller !== undefined) return caller;
    throw new Forbidden('The access token names no organization, and the gateway has no default one.');
  };
}

function parseToken(token: string, defaultOrganization: string | undefined, statuses: TokenStatuses): ParsedToken {
  const { exp: expiresAt, ...claims } = readTokenClaims(token);
  const subject = createHash('sha256').update(token).digest('base64url');
  const organizationId = claims.organizationId ?? defaultOrganization;
  if (organizationId === undefined || !idPattern.test(organizationId)) return { subject, expiresAt, caller: undefined };
  const organizationProof = {
    isGiven: () => statuses.find(subject) === 'proven',
    give: () => statuses.accept(subject, 'proven'),
  };
  const credential = createForwardedCredential({
    ...{ token: new Secret(token), id: subject, expiresAt },
    onRejected: () => statuses.reject(subject),
    wasAccepted: () => statuses.find(subject) !== undefined,
    // Any accepted call shows that the token is genuine, and with it the organization that it names.
    onAccepted: () => statuses.accept(subject, claims.organizationId === undefined ? 'accepted' : 'proven'),
  });
  const { scopes } = claims;
  return {
    ...{ subject, expiresAt },
    caller: cacheCallerKey({ organizationId, subject, scopes, organizationProof, credential }),
  };
}
