import { Gone, PublicError, RateLimited, UpstreamTimeout, UpstreamUnavailable } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import type { Send, UpstreamCall } from '../client/client.ts';
import { exponentialDelay, sleep } from './backoff.ts';
import { CircuitOpen } from './circuit-breaker.ts';
import { RateLimitGateClosed } from './rate-limit-gate.ts';
import { createRetryBudget, type RetryBudget } from './retry-budget.ts';

export type RetryOptions = {
  /** How often a call is made again at most, */
  retries?: number;
  /** and of that after a time-out: who waits has little time left by then. */
  timeoutRetries?: number;
  /** The pause is random, from nothing up to this, in ms, twice as much every time, */
  baseMs?: number;
  /** up to this. */
  capMs?: number;
  /** When the upstream asks for a longer pause, in ms, nobody waits, whatever their deadline. */
  maxPauseMs?: number;
  budget?: RetryBudget;
  /** From 0 to 1. */
  random?: () => number;
};

/**
 * Makes a call again that has failed in a way that may pass, as long as it does no harm, there is time and the budget
 * allows it: a read whatever became of it, all else only while no byte of it has left.
 *
 * A page of a scroll that was asked for and did not come may be lost: asked again, the upstream gives the page after it.
 * So where a read would be made again the scroll is said to be gone, which whoever reads it answers by opening another at
 * its place. That is a retry, too, and paid for as one.
 */
export function withRetry(options: RetryOptions = {}): (next: Send) => Send {
  const { budget = createRetryBudget(), ...limits } = options;
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
      try {
        return await next(call);
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

function isHarmless({ kind }: UpstreamCall, error: unknown): boolean {
  return kind === 'read' || (error instanceof PublicError && !error.wasSent);
}

/** @returns the pause before the next try in ms, undefined when there is none */
function createPauses(options: Omit<RetryOptions, 'budget'>) {
  const { retries = 2, timeoutRetries = 1, baseMs = 100, capMs = 1_000, maxPauseMs = 60_000 } = options;
  const { random = Math.random } = options;
  const jitter = (times: number) => random() * exponentialDelay(baseMs, times, capMs);

  function wanted(failures: readonly unknown[]): number | undefined {
    const error = failures.at(-1);
    const times = failures.length - 1;
    if (error instanceof UpstreamTimeout) {
      return failures.filter((failure) => failure instanceof UpstreamTimeout).length > timeoutRetries
        ? undefined
        : jitter(times);
    }
    if (!(error instanceof UpstreamUnavailable) || error instanceof CircuitOpen || isHopeless(error)) return undefined;
    if (times === 0 && isConnectionLost(error)) return 0;
    return (error.retryAfter ?? 0) * 1_000 + jitter(times);
  }

  return (failures: readonly unknown[], { endsAt, credentialId }: UpstreamCall): number | undefined => {
    if (failures.length > retries) return undefined;
    const error = failures.at(-1);
    const left = endsAt === undefined ? Infinity : endsAt() - performance.now();
    if (error instanceof RateLimited) {
      // The gate of the credential does the waiting: the call goes back to it at once, unless it was the gate that
      // has refused it. Without a credential there is no gate.
      const isLetIn = credentialId !== undefined && !(error instanceof RateLimitGateClosed);
      return isLetIn && (error.retryAfter ?? 0) * 1_000 < left ? 0 : undefined;
    }
    const ms = wanted(failures) ?? Infinity;
    return ms < left && ms <= maxPauseMs ? ms : undefined;
  };
}

/** A host that does not exist, a certificate that is not trusted, or a pool that was closed: it will not pass. */
function isHopeless({ cause }: UpstreamUnavailable): boolean {
  return /^(?:ENOTFOUND|EPROTO|(?:CERT|CRL|UNABLE_TO|ERROR_IN|ERR_TLS|ERR_SSL)_\w+|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/.test(
    codeOf(cause),
  );
}

/** Mostly a socket that was kept alive here for a moment longer than there: a new one will do, without a pause. */
function isConnectionLost({ cause }: UpstreamUnavailable): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(cause));
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
