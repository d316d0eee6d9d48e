import type { Signal } from '../../async/abort-signal.ts';
import type { Secret } from '../../crypto/secret.ts';
import { PublicError, Unauthenticated } from '../../errors.ts';
import type { CallDeadline } from '../cache/coalescer.ts';
import type { ResponseBody } from '../client/body.ts';
import type { Send, UpstreamCall } from '../client/client.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import { type Credential, clientKeyRejected } from './credential.ts';

/** Makes a call in the name of a caller, for whoever waits; `count` hears of each request that is sent. */
export type AuthorizedCall = (call: BareCall, waiter: CallDeadline, count: () => void) => Promise<ResponseBody>;

type BareCall = Omit<UpstreamCall, 'bearer' | 'signal' | 'endsAt' | 'tenant' | 'credentialId' | 'onSend'> & {
  /** Set where the upstream counts these calls by themselves. */
  quota?: string | undefined;
};

export type AuthorizedCallOptions = {
  send: Send;
  credential: Credential;
  /** Whose share of the upstream its calls take. */
  tenant: () => string;
  /**
   * Aborts at the deadline only, and so does a write that was begun: to abort it when the client leaves would leave
   * nobody knowing whether it was done, least of all the client that comes back and repeats it.
   */
  timeout: Signal;
};

/** A call that is refused for its token was not made: reads and writes alike are replayed with a fresh one. */
export function createAuthorizedCall({ send, credential, tenant, timeout }: AuthorizedCallOptions): AuthorizedCall {
  function sendWith(
    bearer: Secret,
    call: BareCall,
    { signal, endsAt }: CallDeadline,
    onSend: () => void,
  ): Promise<ResponseBody> {
    const { kind, method, path, query, body, rows, quota = '' } = call;
    return send({
      kind,
      method,
      path,
      query,
      body,
      bearer,
      signal: kind !== 'write' || signal.aborted ? signal : timeout,
      endsAt,
      onSend,
      rows,
      tenant: tenant() + quota,
      credentialId: credential.id + quota,
    });
  }

  /** A promise, and nothing that waits for it: what waits with every call is a good part of what V8 has to move. */
  function askWith(bearer: Secret, call: BareCall, waiter: CallDeadline, count: () => void): Promise<ResponseBody> {
    const answered = sendWith(bearer, call, waiter, count);
    const replay = (error: unknown) => askAnew(error, bearer, call, waiter, count);
    return credential.onAccepted === undefined ? answered.catch(replay) : answered.then(accept, replay);
  }

  function accept(answer: ResponseBody): ResponseBody {
    credential.onAccepted?.();
    return answer;
  }

  /** Only the gateway's own credential has another token to replay with. */
  async function askAnew(error: unknown, bearer: Secret, call: BareCall, waiter: CallDeadline, count: () => void) {
    if (!(error instanceof PublicError && failureKindOf(error).refusesToken)) throw error;
    const another = await credential.onRejected(bearer, error, waiter.signal);
    const answer = await sendWith(another, call, waiter, count).catch((again: unknown) => {
      throw again instanceof Unauthenticated ? clientKeyRejected(again) : again;
    });
    return accept(answer);
  }

  return (call, waiter, count) => {
    const bearer = credential.bearer(waiter.signal);
    return bearer instanceof Promise
      ? bearer.then((issued) => askWith(issued, call, waiter, count))
      : askWith(bearer, call, waiter, count);
  };
}
