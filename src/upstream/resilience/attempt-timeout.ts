import type { Send, SendAttempt } from '../client/client.ts';

export type AttemptTimeoutOptions = {
  /** How long one try may take, in ms; the operation's deadline is for all of them. */
  tryTimeoutMs?: number;
  /** How much longer for each row that is asked for, in ms: a page of 10,000 contacts is made in seconds. */
  rowTimeoutMs?: number;
};

/**
 * Gives each try of a read a time-out of its own, so that there is time left for another. What became of a write that was
 * cut short nobody knows, so a write may take until its deadline.
 *
 * The exchange keeps the time: a signal of the try's own would cost a controller, a listener and another call each time.
 */
export function withAttemptTimeout(options: AttemptTimeoutOptions = {}): (next: SendAttempt) => Send {
  const { tryTimeoutMs = 3_000, rowTimeoutMs = 1 } = options;
  return (next) => (call) =>
    next(call, call.kind === 'write' ? undefined : tryTimeoutMs + (call.rows ?? 0) * rowTimeoutMs);
}
