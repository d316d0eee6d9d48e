import { PublicError, UpstreamBadResponse, UpstreamTimeout } from '../../errors.ts';
import type { ResponseBody } from './body.ts';
import type { SendAttempt, UpstreamCall } from './call.ts';

/**
 * Is called when an attempt of a call is sent: a retry, a login and a renewal are attempts, too. It returns a function that is
 * called once, when the attempt has ended, with the body of a success. Neither may throw.
 */
export type ObserveAttempt = (call: UpstreamCall) => (outcome: AttemptOutcome, body?: ResponseBody) => void;

/** How an attempt ended. */
export type AttemptOutcome = {
  /** The class of the status of the response, or why there is none. */
  readonly statusClass: StatusClass;
  /** The error of the attempt; undefined where it succeeded. */
  readonly error: unknown;
};

/**
 * `timeout` is an attempt that was cut off by a time-out or by the deadline of its operation, `aborted` one whose client has
 * left, `invalid` one with a body that is not in the contract, and `unreachable` one without a response: a refused
 * connection, a reset.
 */
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx' | 'timeout' | 'aborted' | 'invalid' | 'unreachable';

/** Reports each attempt to all observers. Without any, `send` itself is returned. */
export function withAttemptObservers(send: SendAttempt, observers: readonly ObserveAttempt[]): SendAttempt {
  if (observers.length === 0) return send;
  return (call, timeoutMs) => {
    const ends = observers.map((observe) => observe(call));
    return send(call, timeoutMs).then(
      (body) => {
        for (const end of ends) end(success, body);
        return body;
      },
      (error: unknown): ResponseBody => {
        const outcome = { statusClass: statusClassOf(error, call), error };
        for (const end of ends) end(outcome);
        throw error;
      },
    );
  };
}

const success: AttemptOutcome = { statusClass: '2xx', error: undefined };

function statusClassOf(error: unknown, { signal }: UpstreamCall): StatusClass {
  if (error instanceof UpstreamTimeout) return 'timeout';
  if (signal.aborted) return 'aborted';
  const status = error instanceof PublicError ? error.upstreamStatus : undefined;
  if (status !== undefined) return classOf(status);
  return error instanceof UpstreamBadResponse ? 'invalid' : 'unreachable';
}

function classOf(status: number): StatusClass {
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}
