import type { Send, SendAttempt } from '../client/client.ts';

/** The options of the attempt time-out. */
export type AttemptTimeoutOptions = {
  /** The time-out of one attempt in ms; the operation's deadline limits all attempts together. */
  tryTimeoutMs?: number;
  /** Added for each requested row, in ms: the upstream needs seconds for a page of 10,000 contacts. */
  rowTimeoutMs?: number;
  /** The minimum time-out of an attempt that has waited, in ms: answers take less. */
  minAfterWaitMs?: () => number;
};

/**
 * Gives each attempt of a read a time-out of its own, so that there is time left for another attempt. The outcome of a write
 * that is cut short would be unknown, so a write may take until its deadline.
 *
 * The time for which the attempt waited at the limiter counts: while other calls wait, a call that hangs gives up its socket
 * earlier, so that hanging calls do not take the sockets of those that the upstream would answer.
 *
 * The client measures the time: a signal for each attempt would cost a controller and a listener each time.
 */
export function withAttemptTimeout(options: AttemptTimeoutOptions = {}): (next: SendAttempt) => Send {
  const { tryTimeoutMs = 3_000, rowTimeoutMs = 1, minAfterWaitMs = () => 0 } = options;
  return (next) => (call) => {
    if (call.kind === 'write') return next(call, undefined);
    const wholeMs = tryTimeoutMs + (call.rows ?? 0) * rowTimeoutMs;
    const { queuedMs } = call;
    if (queuedMs === undefined) return next(call, wholeMs);
    return next(call, Math.min(wholeMs, Math.max(minAfterWaitMs(), wholeMs - queuedMs)));
  };
}
