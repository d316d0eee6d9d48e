import { createHash } from 'node:crypto';
import type { Signal } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import type { Secret } from '../../crypto/secret.ts';
import { Forbidden, PublicError, toError, Unauthenticated, UpstreamAuth } from '../../errors.ts';
import type { UpstreamClient } from '../client/client.ts';
import { type IssuedToken, logIn } from './login.ts';
import { createLoginBackoff } from './login-backoff.ts';

/** Where the bearer token of an upstream call comes from, and what to do when the upstream refuses it. */
export type Credential = {
  /** What the upstream counts calls by; no secret. */
  readonly id: string;
  /** A promise only where somebody has to wait for a login. */
  bearer(signal: Signal): Secret | Promise<Secret>;
  /**
   * The upstream answered 401 or 403 to a call with `token`: a token to replay the call with, once.
   *
   * @throws when another token would not help: the caller may not do this, or the credential itself is refused
   */
  onRejected(token: Secret, error: PublicError, signal: Signal): Promise<Secret>;
  /** The upstream took a call with it. */
  readonly onAccepted?: (() => void) | undefined;
};

export type ForwardedCredentialOptions = {
  token: Secret;
  /** A hash of the token. */
  id: string;
  /** In seconds since 1970, as the token says. */
  expiresAt: number | undefined;
  /** Hears that the token is worth nothing any more. */
  onRejected?: () => void;
  /** Hears, with each call that succeeds, that it is genuine. */
  onAccepted?: (() => void) | undefined;
};

/** A caller's own token, passed on as it is. The gateway cannot renew it. */
export function createForwardedCredential({
  token,
  id,
  expiresAt,
  onRejected = () => undefined,
  onAccepted,
}: ForwardedCredentialOptions): Credential {
  return {
    id,
    onAccepted,
    bearer: () => token,
    onRejected: async (_token, error) => {
      const expired = expiresAt !== undefined && expiresAt * 1000 <= Date.now();
      if (!expired && error instanceof Forbidden) throw error;
      onRejected();
      throw new Unauthenticated('The access token is not valid or has expired.', { cause: error });
    },
  };
}

/** A renewal that a refusal forced did not help: for so long, a refusal of the new token means "not allowed". */
const fruitlessFor = 60_000;
const loginDeadline = 10_000;

/** `forced`: by a refusal of the token before it. */
type Current = IssuedToken & { forced: boolean; standing: 'never refused' | 'refused' | 'accepted again' };

export type ServiceCredentialOptions = { client: UpstreamClient; clientKey: string; clientSecret: Secret };

/**
 * The gateway's own client key: one login for any number of waiting calls, renewed before it expires. After a login
 * that failed there is a pause, in which whoever has no token is told so at once.
 *
 * The upstream says 403 both for an expired token and for a call that is not allowed. So a refused token is renewed
 * once and the call replayed; when the fresh token is refused too, the call is not allowed, and for a minute no
 * refusal of that token is worth another login. Lifetimes run on the monotonic clock from `exp − iat`, so that
 * neither a skewed nor a jumping wall clock matters.
 */
export function createServiceCredential({ client, clientKey, clientSecret }: ServiceCredentialOptions): Credential {
  const backoff = createLoginBackoff();
  let current: Current | undefined;
  let pending: Promise<Secret> | undefined;

  function renew(forced: boolean): Promise<Secret> {
    const failure = backoff.currentFailure();
    if (failure !== undefined) return Promise.reject(failure);
    pending ??= logIn(client, clientKey, clientSecret, AbortSignal.timeout(loginDeadline))
      .then((issued) => {
        current = { ...issued, forced, standing: 'never refused' };
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
      // Still good: renewing in the background costs nobody time, and a failing login endpoint takes nobody down.
      if (now >= current.renewAt) renew(false).catch(unheard);
      return current.token;
    },
    async onRejected(token, error, signal) {
      if (current !== undefined && current.token !== token) return current.token;
      const now = performance.now();
      const fruitless = current?.forced && now < current.issuedAt + fruitlessFor && now < current.expiresAt;
      if (fruitless) throw error instanceof Unauthenticated ? clientKeyRejected(error) : error;
      // When no login can tell, the reason is not known, and "not allowed" is the worse mistake: nobody tries again what
      // they may not do. So the answer is the login's error, unless the token was accepted since it was first refused.
      const isSound = current?.standing === 'accepted again' && now < current.renewAt;
      if (current?.standing === 'never refused') current.standing = 'refused';
      return abortable(renew(true), signal).catch((failure: unknown) => {
        throw isSound && error instanceof Forbidden ? error : failure;
      });
    },
    onAccepted() {
      if (current?.standing === 'refused') current.standing = 'accepted again';
    },
  };
}

/** A failure of which there is nobody to tell: whoever needs a token next hears of it. */
const unheard = () => undefined;

function errorOfLogin(thrown: unknown): Error {
  if (thrown instanceof Unauthenticated || thrown instanceof Forbidden) return clientKeyRejected(thrown);
  // The login was sent, but the call that waits for its token was not.
  if (thrown instanceof PublicError) thrown.wasSent = false;
  return toError(thrown);
}

/** A caller who is told UNAUTHENTICATED would look for a mistake of theirs. */
export function clientKeyRejected(cause: unknown): UpstreamAuth {
  return new UpstreamAuth('The upstream does not accept the client key of the gateway.', { cause });
}
