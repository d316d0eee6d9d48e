import { randomBytes, randomUUID } from 'node:crypto';
import { claim, type Scope } from '../src/upstream/wire.ts';
import type { Client } from './clients.ts';
import type { Clock } from './clock.ts';
import { signJwt, verifyJwt } from './jwt.ts';

/** What a valid token stands for. */
export type Grant = {
  readonly clientKey: string;
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
  readonly tokenId: string;
};

/** Issues the JWTs of the login, and knows them again. */
export type Authority = {
  issue(client: Client): string;
  /** The grant of a token that is ours and has not expired by our clock. */
  verify(token: string): Grant | undefined;
  /** For tokens issued from now on [doc: one day]. */
  lifetime(seconds: number): void;
  /** Ends all tokens at once, by another signing key. */
  revokeAll(): void;
};

export const defaultLifetime = 24 * 60 * 60;

export function createAuthority(clock: Clock): Authority {
  let key = randomBytes(32);
  let lifetime = defaultLifetime;

  return {
    issue({ clientKey, organizationId, scopes }) {
      const iat = Math.floor(clock.now() / 1000);
      const claims: OwnClaims = {
        ...{ iat, exp: iat + lifetime, sub: clientKey, jti: randomUUID() },
        ...{ [claim.organization]: organizationId, [claim.scopes]: scopes },
      };
      return signJwt(claims, key);
    },
    verify(token) {
      // Whatever is signed with our key, we have put into it.
      const claims = verifyJwt(token, key) as OwnClaims | undefined;
      if (claims === undefined || claims.exp * 1000 <= clock.now()) return undefined;
      return {
        clientKey: claims.sub,
        organizationId: claims[claim.organization],
        scopes: claims[claim.scopes],
        tokenId: claims.jti,
      };
    },
    lifetime(seconds) {
      lifetime = seconds;
    },
    revokeAll() {
      key = randomBytes(32);
    },
  };
}

type OwnClaims = {
  iat: number;
  exp: number;
  sub: string;
  jti: string;
  [claim.organization]: string;
  [claim.scopes]: readonly Scope[];
};
