import { createHash, randomBytes } from 'node:crypto';
import { claim } from '../src/upstream/wire/index.ts';
import type { Client, Clients } from './clients.ts';
import type { Clock } from './clock.ts';
import { signJwt, verifyJwt } from './jwt.ts';

/** What a valid token grants to its bearer: what the client key of its service may do. */
export type Grant = Client & {
  /** A hash of the token, for the call log. */
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
  /**
   * Sets whether the tokens that are issued from now on name their organization and scopes, as the gateway once assumed. A
   * token of the real upstream has only `iss`, `iat` and `exp` [sdk].
   */
  setClaims(named: boolean): void;
  /** Sets the status that refuses a token which is absent, invalid or expired: 403 [doc], or 401, which the SDK expects as well. */
  setRefusal(status: RefusalStatus): void;
  refusal(): RefusalStatus;
  /** Makes one token invalid. */
  revoke(tokenId: string): void;
  /** Makes all issued tokens invalid by changing the signing key. */
  revokeAll(): void;
};

/** The statuses that can refuse a token. */
export type RefusalStatus = 401 | 403;

/** Seconds for which a token is valid by default: one day [doc]. */
export const defaultTokenLifetime = 24 * 60 * 60;

/** Creates an issuer with a random signing key. @param namesClaims the initial value of `setClaims` */
export function createTokenIssuer(clock: Clock, clients: Clients, namesClaims: boolean): TokenIssuer {
  let key = randomBytes(32);
  let lifetime = defaultTokenLifetime;
  let hasClaims = namesClaims;
  let refusal: RefusalStatus = 403;
  let issued = 0;
  const revoked = new Set<string>();

  /** The time in seconds, with a fraction that differs for each token: two logins in one millisecond get two tokens. */
  function nextIssueTime(): number {
    issued += 1;
    return Math.floor(clock.now()) / 1_000 + (issued % 1_000) / 1_000_000;
  }

  return {
    issue({ clientKey, serviceId, organizationId, scopes }) {
      const iat = nextIssueTime();
      const registered = { iss: serviceId, iat, exp: iat + lifetime };
      const more = { sub: clientKey, [claim.organization]: organizationId, [claim.scopes]: scopes };
      return signJwt(hasClaims ? { ...registered, ...more } : registered, key);
    },
    verify(token) {
      // Only this issuer holds the key, so a verified token has the claims of `issue`.
      const claims = verifyJwt(token, key) as { iss: string; exp: number } | undefined;
      const client = Object.values(clients).find(({ serviceId }) => serviceId === claims?.iss);
      if (claims === undefined || client === undefined || claims.exp * 1000 <= clock.now()) return undefined;
      const tokenId = createHash('sha256').update(token).digest('hex').slice(0, 16);
      return revoked.has(tokenId) ? undefined : { ...client, tokenId };
    },
    setLifetime(seconds) {
      lifetime = seconds;
    },
    setClaims(named) {
      hasClaims = named;
    },
    setRefusal(status) {
      refusal = status;
    },
    refusal: () => refusal,
    revoke: (tokenId) => void revoked.add(tokenId),
    revokeAll() {
      revoked.clear();
      key = randomBytes(32);
    },
  };
}
