import type { Signal } from '../../async/abort-signal.ts';
import type { Secret } from '../../crypto/secret.ts';
import type { ResponseBody } from './body.ts';
import type { CallRecorder } from './call-recorder.ts';

/**
 * What a repetition of a call would do. A `read` changes nothing. A `scroll` call consumes the next page of a scroll:
 * sent twice, it returns the page after it. A `write` changes something, whatever its method: redeeming a token is a GET.
 */
type CallKind = 'read' | 'scroll' | 'write';

/** One call to the upstream. `signal` carries both the operation's deadline and the client's disconnect. */
export type UpstreamCall = {
  kind: CallKind;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: URLSearchParams | undefined;
  body?: unknown;
  bearer?: Secret;
  signal: Signal;
  /** Until when a caller waits, in ms on the monotonic clock: work that cannot end by then is not started. */
  endsAt?: (() => number) | undefined;
  /** Counts and records the requests that are sent for the call; absent for work that belongs to no operation. */
  recorder?: CallRecorder | undefined;
  /** The trace of this attempt; set by its observer. */
  trace?: AttemptTrace | undefined;
  /** How long this attempt waited at the rate-limit gate and the limiter, in ms; undefined where it did not wait. */
  waitedMs?: number | undefined;
  /** The part of that time for which it waited at the limiter. */
  queuedMs?: number | undefined;
  /** The number of requested rows, where the size of the response depends on it. */
  rows?: number | undefined;
  /** The tenant whose share of the upstream the call uses. */
  tenant?: string | undefined;
  /** The caller whose share of the tenant's share the call uses. */
  caller?: string | undefined;
  /** The credential by which the upstream counts the call. */
  credentialId?: string | undefined;
};

/** The trace of one attempt. */
export type AttemptTrace = {
  /** Names and values in alternation of the headers that forward the trace. */
  readonly headers: readonly string[];
  /** The status of the response, when there is one. */
  status: number | undefined;
};

/** Makes a call: the body of a success, or one of the classes in `errors.ts`. */
export type Send = (call: UpstreamCall) => Promise<ResponseBody>;

/** Makes one attempt of a call. After `timeoutMs` it fails with {UpstreamTimeout}, although its signal has not aborted. */
export type SendAttempt = (call: UpstreamCall, timeoutMs?: number) => Promise<ResponseBody>;
