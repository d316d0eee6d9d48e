import { Gone, PublicError, RateLimited, UpstreamUnavailable } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import { type CallRecorder, RepeatRecorder } from '../client/call-recorder.ts';
import type { Send, UpstreamCall } from '../client/client.ts';
import { exponentialDelay, sleep } from './backoff.ts';
import { failureKindOf } from './failure-kinds.ts';
import { createRetryBudget, type RetryBudget } from './retry-budget.ts';

/** The retry policy. */
export type RetryOptions = {
  /** The maximum number of repeats of a call. */
  retries?: number;
  /** The maximum number of repeats after a time-out, which is lower because little time is left by then. */
  timeoutRetries?: number;
  /** The upper bound of the first random pause, in ms (full jitter). The upper bound doubles with each repeat. */
  baseMs?: number;
  /** The maximum of that upper bound, in ms. */
  capMs?: number;
  /** A call whose pause would be longer than this, in ms, fails at once, independent of its deadline. */
  maxPauseMs?: number;
  budget?: Pick<RetryBudget, 'earn' | 'spend'>;
  /** Called for each repeat of a call. */
  onRetry?: ((call: UpstreamCall) => void) | undefined;
  /** Returns a random number from 0 to 1. */
  random?: () => number;
};

/**
 * Repeats a call that failed in a way that may pass, as long as that is harmless, there is time, and the budget allows it. A
 * read may always be repeated; a write only while no byte of it has left.
 *
 * The next page of a scroll that was requested and did not arrive may be lost: requested again, the upstream returns the
 * page after it. So where a read would be repeated, the call fails with {Gone}, as for an expired scroll, and the caller
 * opens another scroll at its position. That costs the budget as much as a repeat.
 */
export function withRetry(options: RetryOptions = {}): (next: Send) => Send {
  const { budget = createRetryBudget(), onRetry, ...limits } = options;
  const pauseAfter = createPauses(limits);
  async function sendAgain(next: Send, call: UpstreamCall, failure: unknown): Promise<ResponseBody> {
    const failures: unknown[] = [];
    for (let error = failure; ; ) {
      failures.push(error);
      const isPossible = !call.signal.aborted && (call.kind === 'scroll' || isHarmless(call, error));
      const ms = isPossible ? pauseAfter(failures, call) : undefined;
      if (ms === undefined || !budget.spend()) throw error;
      if (!isHarmless(call, error)) throw new Gone('This page of a list may be lost.', { cause: error });
      if (ms > 0) await sleep(ms, call.signal);
      onRetry?.(call);
      try {
        const recorder = repeatRecorder(call, failures.length);
        return await next({ ...call, waitedMs: undefined, queuedMs: undefined, recorder });
      } catch (again) {
        error = again;
      }
    }
  }

  return (next) => (call) => {
    budget.earn();
    return next(call).catch((error: unknown) => sendAgain(next, call, error));
  };
}

function repeatRecorder({ recorder }: UpstreamCall, repeats: number): CallRecorder | undefined {
  return recorder && new RepeatRecorder(recorder, recorder.attempt + repeats);
}

function isHarmless({ kind }: UpstreamCall, error: unknown): boolean {
  return kind === 'read' || (error instanceof PublicError && !error.wasSent);
}

/** @returns a function that gives the pause before the next attempt in ms, or undefined where there is none */
function createPauses(options: Omit<RetryOptions, 'budget' | 'onRetry'>) {
  const { retries = 2, timeoutRetries = 1, baseMs = 100, capMs = 1_000, maxPauseMs = 60_000 } = options;
  const { random = Math.random } = options;

  function pauseBetweenAttempts(failures: readonly unknown[]): number {
    const error = failures.at(-1);
    const { retry } = failureKindOf(error);
    const repeats = failures.length - 1;
    const timeouts = failures.filter((failure) => failureKindOf(failure).retry === 'once').length;
    if (retry === 'never' || (retry === 'once' && timeouts > timeoutRetries)) return Infinity;
    if (retry === 'at-once-first' && repeats === 0) return 0;
    return retryAfterMs(error) + random() * exponentialDelay(baseMs, repeats, capMs);
  }

  return (failures: readonly unknown[], { endsAt, credentialId }: UpstreamCall): number | undefined => {
    if (failures.length > retries) return undefined;
    const error = failures.at(-1);
    const left = endsAt === undefined ? Infinity : endsAt() - performance.now();
    // The rate-limit gate of the credential does the waiting. A call without a credential has no gate.
    if (failureKindOf(error).retry === 'at-gate') {
      return credentialId !== undefined && retryAfterMs(error) < left ? 0 : undefined;
    }
    const ms = pauseBetweenAttempts(failures);
    return ms < left && ms <= maxPauseMs ? ms : undefined;
  };
}

function retryAfterMs(error: unknown): number {
  return error instanceof RateLimited || error instanceof UpstreamUnavailable ? (error.retryAfter ?? 0) * 1_000 : 0;
}
