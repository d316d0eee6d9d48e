import type { Signal } from '../../async/abort-signal.ts';
import type { Secret } from '../../crypto/secret.ts';
import { type PublicError, UpstreamAuth } from '../../errors.ts';
import type { Origin } from '../cache/cached-read.ts';
import type { CallDeadline } from '../cache/coalescer.ts';
import type { CallRecorder } from '../client/call-recorder.ts';
import type { Send } from '../client/client.ts';
import type { DecodeReporter } from '../decode/fields.ts';
import type { RefusableCall } from './refused-calls.ts';
import type { TokenProof } from './token-proof.ts';

/** Provides the bearer token of upstream calls, and decides what happens when the upstream refuses it. */
export type Credential = {
  /** Identifies the credential to the rate-limit gate; it is not secret. */
  readonly id: string;
  /** Returns the current token, or a promise if a login is needed first. */
  bearer(signal: Signal): Secret | Promise<Secret>;
  /**
   * Handles a 401 or 403 of the upstream for a call with `token`. Returns another token, with which the call is repeated once.
   *
   * @param call the refused call, and what is needed for a call that finds out what the refusal means
   * @throws if another token would not help: the caller is not allowed to do this, or the credential is refused
   */
  onRejected(token: Secret, error: PublicError, call: TokenCall & { readonly request: RefusableCall }): Promise<Secret>;
  /** Is called when a call was accepted that was repeated with a token of `onRejected`. */
  readonly onRepeatAccepted?: ((token: Secret) => void) | undefined;
  /** Is called when such a call was refused too. Returns the error for its caller. */
  readonly onRepeatRejected?: ((token: Secret, error: PublicError, request: RefusableCall) => PublicError) | undefined;
  /** Is called after each call that the upstream accepted. */
  readonly onAccepted?: (() => void) | undefined;
  /** For a token of a caller, which may be forged: whether the upstream has accepted it, and how its calls are made before. */
  readonly proof?: TokenProof | undefined;
};

/** How an operation makes a call that is about a token itself: with its guards, in its time, and counted as its own. */
export type TokenCall = {
  readonly send: Send;
  readonly deadline: CallDeadline;
  /** Runs the call and counts it. The requests that `work` sends are recorded with its argument. */
  step<T>(work: (recorder: CallRecorder) => Promise<{ value: T; origin: Origin }>): Promise<T>;
  readonly reporter?: DecodeReporter | undefined;
};

/** The upstream seems to have revoked a token of the gateway's own login; the gateway logs in again after a pause. */
export class TokenRevoked extends UpstreamAuth {
  override readonly retryable = true;

  /** @param cause the refusal of the token */
  constructor(cause: Error) {
    super('The upstream has refused the token of the gateway. A new one is requested in a moment.', { cause });
  }
}

/** Returns the error for a refused client key. UNAUTHENTICATED would make callers look for a mistake of their own. */
export function clientKeyRejected(cause: unknown): UpstreamAuth {
  return new UpstreamAuth('The upstream does not accept the client key of the gateway.', { cause });
}
