import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { Detail, Forbidden, PublicError } from '../errors.ts';
import { type Authenticate, clockSkewSeconds } from './authenticate.ts';
import { bearerToken, checkJwtForm, unauthenticatedError } from './bearer.ts';
import { type ClaimPath, readClaim, textsOf } from './claim-path.ts';
import type { FindCredential } from './client-keys.ts';
import type { JwksCache } from './jwks-cache.ts';
import { type ScopeRules, scopesOfToken } from './token-scopes.ts';

/** Which access tokens are accepted, and the names of their claims. */
export type JwtSettings = {
  readonly issuer: string;
  /** The audiences; a token must name one of them. */
  readonly audiences: readonly string[];
  /** The claim with the audience: `aud`, or for access tokens without one the claim that names the client. */
  readonly audienceClaim: ClaimPath;
  readonly algorithms: readonly string[];
  readonly organizationClaim: ClaimPath;
  readonly scopeRules: ScopeRules;
};

/** The algorithms that can be configured. Algorithms with a shared secret are excluded: a verifier could also sign. */
export const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** The options of JWT mode. */
export type JwtOptions = JwtSettings & {
  jwksCache: JwksCache;
  findCredential: FindCredential;
  /** Returns the organization of tokens that name none. */
  defaultOrganization: () => string | undefined;
};

/**
 * JWT mode: verifies an OIDC access token; upstream calls use the organization's client key.
 *
 * Every problem with a token has the same message. A token for an organization that the gateway does not serve gets the same
 * error as a token that names none.
 */
export function authenticateByJwt(options: JwtOptions): Authenticate {
  const { issuer, organizationClaim, scopeRules, defaultOrganization, findCredential } = options;
  return async (headers) => {
    const claims = await verify(bearerToken(headers), options);
    const named = readClaim(claims, organizationClaim);
    const organizationId = named === undefined ? defaultOrganization() : named;
    const credential = typeof organizationId === 'string' ? findCredential(organizationId) : undefined;
    if (typeof organizationId !== 'string' || credential === undefined) {
      throw new Forbidden('The access token names no organization that this gateway serves.');
    }
    return {
      organizationId,
      subject: JSON.stringify([issuer, claims.sub]),
      scopes: scopesOfToken(claims, scopeRules),
      credential,
    };
  };
}

async function verify(token: string, options: JwtOptions): Promise<JWTPayload> {
  checkJwtForm(token);
  try {
    const payload = await verifySignature(token, options);
    checkClaims(payload, options);
    return payload;
  } catch (error) {
    if (error instanceof PublicError) throw error;
    throw unauthenticatedError(reasonOf(error));
  }
}

/** The number of keys that are tried for one token; each costs a verification. */
const maxKeysPerToken = 16;

/** Verifies a token with each key that fits its header, because issuers publish several with one `kid` or with none. */
async function verifySignature(token: string, options: JwtOptions): Promise<JWTPayload> {
  const { jwksCache, issuer, algorithms: allowed } = options;
  const rules = {
    issuer,
    algorithms: [...allowed],
    clockTolerance: clockSkewSeconds,
    requiredClaims: ['exp', 'sub'],
  };
  const findKey = (header: JWTHeaderParameters) => {
    checkHeader(header);
    return jwksCache.findKey(header);
  };
  try {
    return (await jwtVerify(token, findKey, rules)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let tried = 0;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, rules)).payload;
      } catch (failure) {
        // Another key may fit only where this one did not: a claim that is wrong is wrong with every key.
        if (failure instanceof errors.JWTClaimValidationFailed || failure instanceof errors.JWTExpired) throw failure;
      }
      tried += 1;
      if (tried === maxKeysPerToken) break;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** What jose does not check, or not as this gateway needs it. @throws {Detail} */
function checkClaims(payload: JWTPayload, { audiences, audienceClaim }: JwtOptions): void {
  const named = textsOf(readClaim(payload, audienceClaim));
  if (!named.some((audience) => audiences.includes(audience))) throw new Detail('audience');
  // jose checks `iat` only to limit the age of a token.
  if (payload.iat !== undefined && payload.iat > Date.now() / 1000 + clockSkewSeconds) throw new Detail('iat is ahead');
  if (typeof payload.sub !== 'string' || payload.sub === '') throw new Detail('sub is not a text');
  // An ID token has the claims of the same client and user; these members tell it from an access token.
  const { token_use: use, typ } = payload;
  if (use !== undefined && use !== 'access') throw new Detail('token_use');
  if (typ !== undefined && typ !== 'Bearer' && typ !== 'DPoP') throw new Detail('typ of the payload');
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
