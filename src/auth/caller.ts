import { hash } from 'node:crypto';
import type { Credential, TokenCall } from '../upstream/credential/credential.ts';
import type { Service } from '../upstream/endpoints/service.ts';
import type { Scope } from '../upstream/wire/index.ts';

/** Who sends a request: the organization, the scopes in it, and the credential for upstream calls. */
export type Caller = {
  readonly organizationId: string;
  /** The caller within the organization; for a token that the gateway cannot verify, the hash of the token. */
  readonly subject: string;
  /**
   * The scopes of the caller. Undefined where the caller's own token goes upstream and names no scope that the gateway
   * knows: the upstream decides then.
   */
  readonly scopes: readonly Scope[] | undefined;
  readonly credential: Credential;
  /** For an organization that a token only claims: whether the upstream has accepted the token for it. */
  readonly organizationProof?: { isGiven(): boolean; give(): void };
  /** For a token of the upstream: finds its service. Undefined where the upstream does not tell. */
  readonly service?: (call: TokenCall) => Promise<Service | undefined>;
  /** For a token of the upstream: refuses it from now on, here and at the other replicas. The upstream must have revoked it. */
  readonly revokeToken?: () => Promise<void>;
  /** For a customer session: the id of the one contact that the session can reach. */
  readonly contactId?: string;
  /** For a customer session: its start in ms since 1970. Renewals do not extend it beyond a maximum age. */
  readonly sessionStartedAt?: number;
  /** An anonymous caller can start a customer session and nothing else. */
  readonly isAnonymous?: true;
};

/** The keys of callers that are kept for more than one request. */
const cachedKeys = new WeakMap<Caller, string>();

/** Returns the prefix of every cache key, which keeps the data of one caller from all others. */
export function callerKey(caller: Caller): string {
  return cachedKeys.get(caller) ?? toKey(caller);
}

/**
 * Returns the key under which the upstream calls of a caller are counted over time. A contact has one for all its sessions, so
 * that a further session brings no further calls.
 */
export function callBudgetKey(caller: Caller): string {
  const { organizationId, contactId } = caller;
  if (contactId === undefined) return callerKey(caller);
  return hash('sha256', JSON.stringify(['contact', organizationId, contactId]), 'base64url');
}

/**
 * Returns who the caller is, for an id that clients keep: the same for all tokens of a subject, whatever their scopes are, and for all
 * sessions of a contact. It may be an e-mail address, so it must be hashed with a key.
 */
export function callerIdentity({ organizationId, subject, contactId }: Caller): readonly string[] {
  const identity = contactId === undefined ? ['subject', subject] : ['contact', contactId];
  return [organizationId, ...identity];
}

/** Computes the key of a caller once, for a caller that is kept for more than one request. @returns the same caller */
export function cacheCallerKey(caller: Caller): Caller {
  cachedKeys.set(caller, toKey(caller));
  return caller;
}

function toKey({ organizationId, subject, scopes, contactId }: Caller): string {
  return hash('sha256', JSON.stringify([organizationId, subject, scopes, contactId]), 'base64url');
}
