import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { Detail, Forbidden, PublicError } from '../errors.ts';
import { type Scope, scopes } from '../upstream/wire/index.ts';
import { type Authenticate, clockSkewSeconds } from './authenticate.ts';
import { bearerToken, unauthenticatedError } from './bearer.ts';
import type { FindCredential } from './client-keys.ts';
import type { JwksCache } from './jwks-cache.ts';

/** Which access tokens are taken, and what their claims are called. */
export type JwtSettings = {
  readonly issuer: string;
  /** A token has to name one of them. */
  readonly audiences: readonly string[];
  readonly jwtAlgorithms: readonly string[];
  readonly organizationClaim: string;
  /** A text with spaces or a list; what is not in our vocabulary is ignored. */
  readonly scopeClaim: string;
};

/** What may be configured: with a shared secret, whoever can verify could also sign. */
export const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

export type JwtOptions = JwtSettings & {
  jwksCache: JwksCache;
  findCredential: FindCredential;
  /** Whose contacts to serve when the token names no organization. */
  organizationId: string | undefined;
};

/**
 * JWT mode: an OIDC access token, verified here; the upstream is called with the organization's client key.
 *
 * All that is wrong with a token is told with one message. An organization that is not served is told in the same
 * words as none at all.
 */
export function authenticateByJwt(options: JwtOptions): Authenticate {
  const { issuer, organizationClaim, scopeClaim, organizationId: byDefault, findCredential } = options;
  return async (headers) => {
    const claims = await verify(bearerToken(headers), options);
    const named = claims[organizationClaim];
    const organizationId = named === undefined ? byDefault : named;
    const credential = typeof organizationId === 'string' ? findCredential(organizationId) : undefined;
    if (typeof organizationId !== 'string' || credential === undefined) {
      throw new Forbidden('The access token names no organization that this gateway serves.');
    }
    return {
      organizationId,
      subject: JSON.stringify([issuer, claims.sub]),
      scopes: toScopes(claims[scopeClaim]),
      credential,
    };
  };
}

async function verify(token: string, { jwksCache, issuer, audiences, jwtAlgorithms }: JwtOptions): Promise<JWTPayload> {
  const findKey = (header: JWTHeaderParameters) => {
    checkHeader(header);
    return jwksCache.findKey(header);
  };
  try {
    const { payload } = await jwtVerify(token, findKey, {
      issuer,
      audience: [...audiences],
      algorithms: [...jwtAlgorithms],
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['exp', 'sub'],
    });
    // jose looks at `iat` only to bound a token's age.
    if (payload.iat !== undefined && payload.iat > Date.now() / 1000 + clockSkewSeconds)
      throw new Detail('iat is ahead');
    if (typeof payload.sub !== 'string' || payload.sub === '') throw new Detail('sub is no text');
    return payload;
  } catch (error) {
    if (error instanceof PublicError) throw error;
    throw unauthenticatedError(reasonOf(error));
  }
}

/** Where a key could be found, by the word of whoever made the token; and what changes the meaning of a token. */
const untrusted = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64'];

/** Of access tokens; some issuers give none. A logout token or a proof of possession is something else. */
const types = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);

function checkHeader(header: JWTHeaderParameters): void {
  if (untrusted.some((name) => name in header)) throw new Detail('a header that is not trusted');
  if (!types.has(header.typ?.toLowerCase())) throw new Detail('typ');
}

/** Why a token is refused, in words that quote nothing of it. */
function reasonOf(error: unknown): Detail {
  if (error instanceof Detail) return error;
  if (error instanceof errors.JWTClaimValidationFailed) return new Detail(`${error.code} ${error.claim}`);
  return new Detail(error instanceof errors.JOSEError ? error.code : 'not verifiable');
}

function toScopes(claim: unknown): readonly Scope[] {
  const given: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return scopes.filter((scope) => given.includes(scope));
}
