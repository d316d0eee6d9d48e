import { randomBytes, randomUUID } from 'node:crypto';
import { claim, type Scope } from '../src/upstream/wire/index.ts';
import type { Client } from './clients.ts';
import type { Clock } from './clock.ts';
import { signJwt, verifyJwt } from './jwt.ts';

/** What a valid token grants to its bearer. */
export type Grant = {
  readonly clientKey: string;
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
  readonly tokenId: string;
};

/** Issues the JWTs of the login endpoint and verifies them. */
export type TokenIssuer = {
  /** Returns a signed JWT for the client. */
  issue(client: Client): string;
  /** Returns the grant of a token that this issuer signed and that has not expired by the emulator's clock. */
  verify(token: string): Grant | undefined;
  /** Sets the lifetime of the tokens that are issued from now on. */
  setLifetime(seconds: number): void;
  /** Makes all issued tokens invalid by changing the signing key. */
  revokeAll(): void;
};

/** Seconds for which a token is valid by default: one day [doc]. */
export const defaultTokenLifetime = 24 * 60 * 60;

/** Creates an issuer with a random signing key. */
export function createTokenIssuer(clock: Clock): TokenIssuer {
  let key = randomBytes(32);
  let lifetime = defaultTokenLifetime;

  return {
    issue({ clientKey, organizationId, scopes }) {
      const iat = Math.floor(clock.now() / 1000);
      const claims: TokenClaims = {
        ...{ iat, exp: iat + lifetime, sub: clientKey, jti: randomUUID() },
        ...{ [claim.organization]: organizationId, [claim.scopes]: scopes },
      };
      return signJwt(claims, key);
    },
    verify(token) {
      // Only this issuer holds the key, so a verified token has the claims of `issue`.
      const claims = verifyJwt(token, key) as TokenClaims | undefined;
      if (claims === undefined || claims.exp * 1000 <= clock.now()) return undefined;
      return {
        clientKey: claims.sub,
        organizationId: claims[claim.organization],
        scopes: claims[claim.scopes],
        tokenId: claims.jti,
      };
    },
    setLifetime(seconds) {
      lifetime = seconds;
    },
    revokeAll() {
      key = randomBytes(32);
    },
  };
}

type TokenClaims = {
  iat: number;
  exp: number;
  sub: string;
  jti: string;
  [claim.organization]: string;
  [claim.scopes]: readonly Scope[];
};
