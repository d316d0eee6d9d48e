import type { Signal } from '../../async/abort-signal.ts';
import type { Secret } from '../../crypto/secret.ts';
import { PublicError } from '../../errors.ts';
import type { CallDeadline } from '../cache/coalescer.ts';
import type { ResponseBody } from '../client/body.ts';
import { type CallRecorder, RepeatRecorder } from '../client/call-recorder.ts';
import type { Send, UpstreamCall } from '../client/client.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import type { Credential } from './credential.ts';

/** Makes a call with the credential of a caller. `recorder` records the requests that are sent for it. */
export type AuthorizedCall = (call: BareCall, deadline: CallDeadline, recorder: CallRecorder) => Promise<ResponseBody>;

type BareCall = Omit<
  UpstreamCall,
  'bearer' | 'signal' | 'endsAt' | 'tenant' | 'caller' | 'credentialId' | 'recorder'
> & {
  /** The name of a separate rate limit, where the upstream has one for these calls. */
  quota?: string | undefined;
  /** False where a 429 is about the content of this one call: the call is not repeated, and no other call waits. */
  usesGate?: boolean | undefined;
};

/** The credential of the caller, and the limits of its calls. */
export type AuthorizedCallOptions = {
  send: Send;
  credential: Credential;
  /** Returns the tenant in whose share of the upstream's capacity the calls are counted. */
  tenant: () => string;
  /** The caller in whose share of the tenant's share they are counted. */
  caller: string;
  /**
   * Aborts at the deadline only. A write that was started uses this signal: if it ended when the client disconnects, its
   * outcome would be unknown, also to the client that repeats it.
   */
  timeout: Signal;
};

/** Creates the authorized call. A call whose token is refused had no effect, so reads and writes are repeated with a new one. */
export function createAuthorizedCall({
  send,
  credential,
  tenant,
  caller,
  timeout,
}: AuthorizedCallOptions): AuthorizedCall {
  function sendWith(
    bearer: Secret,
    call: BareCall,
    { signal, endsAt }: CallDeadline,
    recorder: CallRecorder,
  ): Promise<ResponseBody> {
    const { kind, method, path, query, body, rows, quota = '', usesGate = true } = call;
    return send({
      kind,
      method,
      path,
      query,
      body,
      bearer,
      signal: kind !== 'write' || signal.aborted ? signal : timeout,
      endsAt,
      recorder,
      rows,
      tenant: tenant() + quota,
      caller,
      credentialId: usesGate ? credential.id + quota : undefined,
    });
  }

  /** No async function, because a pending one costs memory for each call (ADR 26). */
  function callWith(
    bearer: Secret,
    call: BareCall,
    deadline: CallDeadline,
    recorder: CallRecorder,
  ): Promise<ResponseBody> {
    const response = sendWith(bearer, call, deadline, recorder);
    const repeat = (error: unknown) => repeatWithNewToken(error, bearer, call, deadline, recorder);
    return credential.onAccepted === undefined ? response.catch(repeat) : response.then(accept, repeat);
  }

  function accept(response: ResponseBody): ResponseBody {
    credential.onAccepted?.();
    return response;
  }

  /** Only the gateway's own credential has another token. */
  async function repeatWithNewToken(
    error: unknown,
    bearer: Secret,
    call: BareCall,
    deadline: CallDeadline,
    recorder: CallRecorder,
  ) {
    if (!(error instanceof PublicError && failureKindOf(error).refusesToken)) throw error;
    const repeated = new RepeatRecorder(recorder, recorder.attempt + 1);
    const another = await credential.onRejected(bearer, error, {
      ...{ send, deadline, request: call },
      step: async (work) => (await work(repeated)).value,
    });
    const response = await sendWith(another, call, deadline, repeated).catch((again: unknown) => {
      if (!(again instanceof PublicError && failureKindOf(again).refusesToken)) throw again;
      throw credential.onRepeatRejected?.(another, again, call) ?? again;
    });
    credential.onRepeatAccepted?.(another);
    return accept(response);
  }

  function authorize(call: BareCall, deadline: CallDeadline, recorder: CallRecorder): Promise<ResponseBody> {
    const bearer = credential.bearer(deadline.signal);
    return bearer instanceof Promise
      ? bearer.then((issued) => callWith(issued, call, deadline, recorder))
      : callWith(bearer, call, deadline, recorder);
  }

  return (call, deadline, recorder) =>
    credential.proof === undefined || credential.proof.isGiven()
      ? authorize(call, deadline, recorder)
      : credential.proof.call(() => authorize(call, deadline, recorder), deadline.signal);
}
