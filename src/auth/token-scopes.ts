import type { JWTPayload } from 'jose';
import { type Scope, scopes } from '../upstream/wire/index.ts';
import { type ClaimPath, readClaim, textsOf } from './claim-path.ts';

/** How the scopes of the gateway are found in a token. What is not named here grants nothing. */
export type ScopeRules = {
  /** The claims with the scopes: each a text separated by spaces, or a list of texts. The scopes of all are joined. */
  readonly claims: readonly ClaimPath[];
  /** The text before each scope of the gateway; without it, a name with any prefix is unknown. */
  readonly prefix: string;
  /** The gateway's scopes for a name that the issuer uses: a scope, a permission or a role. */
  readonly byName: ReadonlyMap<string, readonly Scope[]>;
};

/** Returns the gateway's scopes that a token grants; unknown names are ignored. */
export function scopesOfToken(payload: JWTPayload, { claims, prefix, byName }: ScopeRules): readonly Scope[] {
  const names = new Set(claims.flatMap((path) => namesOf(readClaim(payload, path))));
  const mapped = new Set([...names].flatMap((name) => byName.get(name) ?? []));
  return scopes.filter((scope) => names.has(prefix + scope) || mapped.has(scope));
}

function namesOf(claim: unknown): readonly string[] {
  return typeof claim === 'string' ? claim.split(' ') : textsOf(claim);
}
