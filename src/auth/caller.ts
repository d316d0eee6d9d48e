import { hash } from 'node:crypto';
import type { Credential } from '../upstream/credential/credential.ts';
import type { Scope } from '../upstream/wire/index.ts';

/** Who asks: an organization, what the caller may do in it, and how the upstream is called on its behalf. */
export type Caller = {
  readonly organizationId: string;
  /** Who within the organization; of a token that nobody here has verified, a hash of all of it. */
  readonly subject: string;
  /**
   * What it may do. Undefined where its own token goes upstream and names no scope that is known here: nobody here
   * knows then, and the upstream judges.
   */
  readonly scopes: readonly Scope[] | undefined;
  readonly credential: Credential;
  /** Of a token that nobody here can verify: whether the upstream has shown that it is good for the organization. */
  readonly organizationProof?: { isGiven(): boolean; give(): void };
  /** Of a customer session: the one contact that it is for, beside whom there is nobody. */
  readonly contactId?: string;
  /** When that session began, in ms: however often it is renewed, it ends a bounded time after. */
  readonly sessionStartedAt?: number;
  /** Nobody: who may start a customer session and do nothing else. */
  readonly isAnonymous?: true;
};

/** Of callers who come again and again: see `remember`. */
const keys = new WeakMap<Caller, string>();

/** Begins every key of whatever is kept between requests: nobody ever sees a row that was fetched for another. */
export function callerKey(caller: Caller): string {
  return keys.get(caller) ?? toKey(caller);
}

/** Makes the key of somebody who will be kept for more than one request, once. */
export function cacheCallerKey(caller: Caller): Caller {
  keys.set(caller, toKey(caller));
  return caller;
}

function toKey({ organizationId, subject, scopes, contactId }: Caller): string {
  return hash('sha256', JSON.stringify([organizationId, subject, scopes, contactId]), 'base64url');
}
