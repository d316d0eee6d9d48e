import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { Detail, Forbidden, PublicError } from '../errors.ts';
import { type Scope, scopes } from '../upstream/wire/index.ts';
import { type Authenticate, clockSkewSeconds } from './authenticate.ts';
import { bearerToken, unauthenticatedError } from './bearer.ts';
import type { FindCredential } from './client-keys.ts';
import type { JwksCache } from './jwks-cache.ts';

/** Which access tokens are accepted, and the names of their claims. */
export type JwtSettings = {
  readonly issuer: string;
  /** The audiences; a token must name one of them. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  readonly organizationClaim: string;
  /** The claim with the scopes: a text separated by spaces, or a list. Unknown scopes are ignored. */
  readonly scopeClaim: string;
};

/** The algorithms that can be configured. Algorithms with a shared secret are excluded: a verifier could also sign. */
export const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** The options of JWT mode. */
export type JwtOptions = JwtSettings & {
  jwksCache: JwksCache;
  findCredential: FindCredential;
  /** The organization of tokens that name none. */
  organizationId: string | undefined;
};

/**
 * JWT mode: verifies an OIDC access token; upstream calls use the organization's client key.
 *
 * Every problem with a token has the same message. A token for an organization that the gateway does not serve gets the same
 * error as a token that names none.
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

async function verify(
  token: string,
  { jwksCache, issuer, audiences, algorithms: allowed }: JwtOptions,
): Promise<JWTPayload> {
  const findKey = (header: JWTHeaderParameters) => {
    checkHeader(header);
    return jwksCache.findKey(header);
  };
  try {
    const { payload } = await jwtVerify(token, findKey, {
      issuer,
      audience: [...audiences],
      algorithms: [...allowed],
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['exp', 'sub'],
    });
    // jose checks `iat` only to limit the age of a token.
    if (payload.iat !== undefined && payload.iat > Date.now() / 1000 + clockSkewSeconds)
      throw new Detail('iat is ahead');
    if (typeof payload.sub !== 'string' || payload.sub === '') throw new Detail('sub is not a text');
    return payload;
  } catch (error) {
    if (error instanceof PublicError) throw error;
    throw unauthenticatedError(reasonOf(error));
  }
}

/** Header parameters that name a key of the token's own, or change how the token has to be read. */
const forbiddenHeaders = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64'];

/** The `typ` of access tokens; some issuers set none. Logout tokens and proofs of possession have others. */
const accessTokenTypes = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);

function checkHeader(header: JWTHeaderParameters): void {
  if (forbiddenHeaders.some((name) => name in header)) throw new Detail('a header parameter that is not allowed');
  if (!accessTokenTypes.has(header.typ?.toLowerCase())) throw new Detail('typ');
}

/** Why a token is invalid, in words that quote nothing of it. */
function reasonOf(error: unknown): Detail {
  if (error instanceof Detail) return error;
  if (error instanceof errors.JWTClaimValidationFailed) return new Detail(`${error.code} ${error.claim}`);
  return new Detail(error instanceof errors.JOSEError ? error.code : 'not verifiable');
}

function toScopes(claim: unknown): readonly Scope[] {
  const given: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return scopes.filter((scope) => given.includes(scope));
}
