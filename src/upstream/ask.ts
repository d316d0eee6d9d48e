import { Forbidden, Unauthenticated } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Body } from './body.ts';
import type { Send, UpstreamCall } from './client.ts';
import { type Credential, notAccepted } from './credential.ts';
import type { Waiter } from './resilience/coalescer.ts';

/** Makes a call in the name of a caller, for whoever waits; `count` hears of each request that is sent. */
export type Ask = (call: BareCall, waiter: Waiter, count: () => void) => Promise<Body>;

type BareCall = Omit<UpstreamCall, 'bearer' | 'signal' | 'endsAt' | 'tenant' | 'credentialId' | 'onSend'> & {
  /** Set where the upstream counts these calls by themselves. */
  quota?: string | undefined;
};

export type AskOptions = {
  send: Send;
  credential: Credential;
  /** Whose share of the upstream its calls take. */
  tenant: () => string;
  /**
   * Aborts at the deadline only, and so does a write that was begun: to abort it when the client leaves would leave
   * nobody knowing whether it was done, least of all the client that comes back and repeats it.
   */
  timeout: AbortSignal;
};

/** A call that is refused for its token was not made: reads and writes alike are replayed with a fresh one. */
export function createAsk({ send, credential, tenant, timeout }: AskOptions): Ask {
  return async ({ quota = '', ...call }, { signal, endsAt }, count) => {
    const isRead = call.attempt === undefined;
    const sendWith = (bearer: Secret) =>
      send({
        ...call,
        bearer,
        signal: isRead || signal.aborted ? signal : timeout,
        endsAt,
        tenant: tenant() + quota,
        credentialId: credential.id + quota,
        onSend: count,
      });
    const bearer = await credential.bearer(signal);
    const body = await sendWith(bearer).catch(async (error: unknown) => {
      if (!(error instanceof Forbidden || error instanceof Unauthenticated)) throw error;
      if (call.attempt !== undefined) call.attempt.isSent = false; // refused, so that nothing was done
      // Only the gateway's own credential has another token to replay with.
      return sendWith(await credential.refused(bearer, error, signal)).catch((again: unknown) => {
        throw again instanceof Unauthenticated ? notAccepted(again) : again;
      });
    });
    credential.accepted?.();
    return body;
  };
}
