import { createHash } from 'node:crypto';
import type { Signal } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import type { Secret } from '../../crypto/secret.ts';
import { Forbidden, PublicError, RateLimited, toError, Unauthenticated } from '../../errors.ts';
import type { UpstreamClient } from '../client/client.ts';
import { sleep } from '../resilience/backoff.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import { type Credential, clientKeyRejected, TokenRevoked } from './credential.ts';
import { type IssuedToken, logIn, logOut } from './login.ts';
import { createLoginBackoff } from './login-backoff.ts';
import { RefusedCalls } from './refused-calls.ts';
import { TokenOutcomes } from './token-outcomes.ts';

const loginTimeoutMs = 10_000;

/** The shortest time from a login for a refused token to the next one, in ms. Refused calls wait for the rest of it. */
const renewalIntervalMs = 1_000;

/**
 * The current token. `isForced`: it was issued because the token before it was refused. `wasUseful`: whether a call that was
 * refused before was accepted with it; undefined until such a call has been repeated.
 */
type CurrentToken = IssuedToken & { isForced: boolean; wasUseful: boolean | undefined; outcomes: TokenOutcomes };

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
 * The upstream answers 403 both for a token that has expired or was revoked and for a call that is not allowed. So a refused
 * token is renewed and the call is repeated. A call that is refused with the new token too is not allowed, and for a minute
 * its refusals cause no login. A renewal that helped no call is followed by a pause, and one that did help by a second in
 * which refused calls wait for the next one (ADR 3). Lifetimes are `exp − iat` on the monotonic clock, so that a wrong wall
 * clock does not matter.
 */
export function createServiceCredential({
  client,
  clientKey,
  clientSecret,
}: ServiceCredentialOptions): ServiceCredential {
  const backoff = createLoginBackoff();
  const uselessRenewals = createLoginBackoff();
  const refusedCalls = new RefusedCalls();
  let current: CurrentToken | undefined;
  let pending: Promise<Secret> | undefined;

  function renew(isForced: boolean, waitMs = 0): Promise<Secret> {
    const failure = backoff.currentFailure();
    if (failure !== undefined) return Promise.reject(failure);
    pending ??= logInAfter(waitMs)
      .then((issued) => {
        current = { ...issued, isForced, wasUseful: undefined, outcomes: new TokenOutcomes() };
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

  async function logInAfter(waitMs: number): Promise<IssuedToken> {
    if (waitMs > 0) await sleep(waitMs, new AbortController().signal);
    return logIn(client, clientKey, clientSecret, AbortSignal.timeout(loginTimeoutMs));
  }

  /** Whether the last renewal helped no call, and the pause after it lasts. */
  function isRenewalPaused(now: number): boolean {
    const isForced = current?.isForced === true && now < current.expiresAt;
    return isForced && uselessRenewals.currentFailure() !== undefined;
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
    async onRejected(token, error, { deadline, request }) {
      if (current !== undefined && current.token !== token) return current.token;
      const now = performance.now();
      if (refusedCalls.has(request, now)) throw errorOfRefusal(error);
      current?.outcomes.refused(now);
      if (isRenewalPaused(now)) {
        throw current?.outcomes.suggestRevocation(now) ? new TokenRevoked(error) : errorOfRefusal(error);
      }
      // If the login fails, the reason of the refusal is unknown. "Not allowed" would be the worse mistake, because clients do
      // not retry it. So the login's error is thrown, unless the token was accepted again after it was first refused.
      const isValid = current?.outcomes.isAcceptedAgain === true && now < current.renewAt;
      const waitMs = current?.isForced ? current.issuedAt + renewalIntervalMs - now : 0;
      return abortable(renew(true, waitMs), deadline.signal).catch((failure: unknown) => {
        throw isValid && error instanceof Forbidden ? error : failure;
      });
    },
    onAccepted() {
      current?.outcomes.accepted();
    },
    onRepeatAccepted(token) {
      if (current?.token !== token) return;
      current.wasUseful = true;
      uselessRenewals.onSuccess();
    },
    onRepeatRejected(token, error, request) {
      // The token was replaced meanwhile, so this refusal does not show that the call is not allowed.
      if (current?.token !== token) return new TokenRevoked(error);
      refusedCalls.add(request, performance.now());
      if (current.wasUseful === undefined) uselessRenewals.onFailure(error);
      current.wasUseful ??= false;
      return errorOfRefusal(error);
    },
    async logOut(signal) {
      if (pending !== undefined) await abortable(pending, signal).catch(() => undefined);
      const last = current;
      current = undefined;
      if (last !== undefined && performance.now() < last.expiresAt) await logOut(client, last.token, signal);
    },
  };
}

/** Returns the error for a call whose refusal another login would not change. */
function errorOfRefusal(error: PublicError): PublicError {
  return error instanceof Unauthenticated ? clientKeyRejected(error) : error;
}

/** Returns the error of a failed login for the calls that wait for it. */
function errorOfLogin(thrown: unknown): Error {
  // A 404 or 409 of the login says nothing about what the waiting calls are for.
  if (failureKindOf(thrown).refusesWrite && !(thrown instanceof RateLimited)) return clientKeyRejected(thrown);
  // The login was sent, but the call that waits for its token was not.
  if (thrown instanceof PublicError) thrown.wasSent = false;
  return toError(thrown);
}
