import { createHash } from 'node:crypto';
import type { Signal } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import type { Secret } from '../../crypto/secret.ts';
import { Forbidden, PublicError, RateLimited, toError, Unauthenticated } from '../../errors.ts';
import type { UpstreamClient } from '../client/client.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import { type Credential, clientKeyRejected } from './credential.ts';
import { type IssuedToken, logIn, logOut } from './login.ts';
import { createLoginBackoff } from './login-backoff.ts';

/** For so long after a refused token was renewed, in ms, a refusal of the new token means "not allowed". */
const noRenewalMs = 60_000;
const loginTimeoutMs = 10_000;

/** The current token. `isForced`: it was issued because the token before it was refused. */
type CurrentToken = IssuedToken & { isForced: boolean; state: 'never refused' | 'refused' | 'accepted again' };

/** The client key of the gateway for one organization. */
export type ServiceCredentialOptions = { client: UpstreamClient; clientKey: string; clientSecret: Secret };

/** The credential of a client key. */
export type ServiceCredential = Credential & {
  /** Revokes the token that this process has, if it has one: another process has a token of its own. @throws {PublicError} */
  logOut(signal: Signal): Promise<void>;
};

/**
 * Creates the credential for the gateway's own client key. One login serves all calls that wait for it, and the token is
 * renewed before it expires. After a failed login there is a pause, in which calls that need a token fail at once.
 *
 * The upstream answers 403 both for an expired token and for a call that is not allowed. So a refused token is renewed once
 * and the call is repeated. If the new token is refused too, the call is not allowed, and for a minute no refusal of that
 * token causes another login (ADR 3). Lifetimes are `exp − iat` on the monotonic clock, so that a wrong wall clock does not
 * matter.
 */
export function createServiceCredential({
  client,
  clientKey,
  clientSecret,
}: ServiceCredentialOptions): ServiceCredential {
  const backoff = createLoginBackoff();
  let current: CurrentToken | undefined;
  let pending: Promise<Secret> | undefined;

  function renew(isForced: boolean): Promise<Secret> {
    const failure = backoff.currentFailure();
    if (failure !== undefined) return Promise.reject(failure);
    pending ??= logIn(client, clientKey, clientSecret, AbortSignal.timeout(loginTimeoutMs))
      .then((issued) => {
        current = { ...issued, isForced, state: 'never refused' };
        backoff.onSuccess();
        return issued.token;
      })
      .catch((thrown: unknown) => {
        const error = errorOfLogin(thrown);
        backoff.onFailure(error);
        throw error;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }

  return {
    id: createHash('sha256').update(clientKey).digest('base64url'),
    bearer(signal) {
      const now = performance.now();
      if (current === undefined || now >= current.expiresAt) return abortable(renew(false), signal);
      // The token is still valid: no call waits for the renewal, and no call fails if the login endpoint does.
      if (now >= current.renewAt) renew(false).catch(() => undefined);
      return current.token;
    },
    async onRejected(token, error, { deadline }) {
      if (current !== undefined && current.token !== token) return current.token;
      const now = performance.now();
      const wasRenewalUseless = current?.isForced && now < current.issuedAt + noRenewalMs && now < current.expiresAt;
      if (wasRenewalUseless) throw error instanceof Unauthenticated ? clientKeyRejected(error) : error;
      // If the login fails, the reason of the refusal is unknown. "Not allowed" would be the worse mistake, because clients do
      // not retry it. So the login's error is thrown, unless the token was accepted again after it was first refused.
      const isValid = current?.state === 'accepted again' && now < current.renewAt;
      if (current?.state === 'never refused') current.state = 'refused';
      return abortable(renew(true), deadline.signal).catch((failure: unknown) => {
        throw isValid && error instanceof Forbidden ? error : failure;
      });
    },
    onAccepted() {
      if (current?.state === 'refused') current.state = 'accepted again';
    },
    async logOut(signal) {
      if (pending !== undefined) await abortable(pending, signal).catch(() => undefined);
      const last = current;
      current = undefined;
      if (last !== undefined && performance.now() < last.expiresAt) await logOut(client, last.token, signal);
    },
  };
}

/** Returns the error of a failed login for the calls that wait for it. */
function errorOfLogin(thrown: unknown): Error {
  // A 404 or 409 of the login says nothing about what the waiting calls are for.
  if (failureKindOf(thrown).refusesWrite && !(thrown instanceof RateLimited)) return clientKeyRejected(thrown);
  // The login was sent, but the call that waits for its token was not.
  if (thrown instanceof PublicError) thrown.wasSent = false;
  return toError(thrown);
}
