import { UpstreamTimeout } from '../../errors.ts';
import type { UpstreamCall } from '../client/client.ts';
import type { AttemptGuard } from './attempt-guard.ts';
import { exponentialDelay } from './backoff.ts';
import { CircuitOpen, failureKindOf } from './failure-kinds.ts';

/**
 * Rejects calls at once while the upstream does not respond at all; `enter` throws {CircuitOpen} then. It is not a library
 * because those let callers wait for the outcome of the probe, and hang where the probe hangs: here they are rejected.
 *
 * One caller's calls may time out because of what that caller requests. Where nothing else has failed, the breaker rejects the
 * calls of that caller only.
 *
 * The attempt time-out is inside of it, so an attempt that had its full time is recognised by a signal that has not aborted.
 */
export type CircuitBreaker = AttemptGuard<AdmittedCall> & {
  state(): CircuitBreakerState;
  /** Whether the breaker is closed for a call: it is open for the calls of one caller, or for all. */
  isClosedFor(call: UpstreamCall): boolean;
  /** Whether a call for which it is not closed would be rejected now, for a guard that would make it wait before. */
  isRejecting(): boolean;
};

/** The state of the breaker, which is `half-open` while a probe is pending. */
export type CircuitBreakerState = 'closed' | 'open' | 'half-open';

/** A call that was admitted; `startedAt` is in ms on the monotonic clock. */
type AdmittedCall = { readonly startedAt: number };

/** The options of the circuit breaker. */
export type CircuitBreakerOptions = {
  /** The breaker opens when this number of attempts in a row has failed and `windowMs` has passed. */
  failures?: number;
  /**
   * The minimum time since the start of the first of these attempts, and since the last response, in ms. It is longer than an
   * attempt may take: where half of the calls fail at once and the other half is slow, a success of those that started
   * together has arrived by then. Attempts that time out started long before, so their start alone would show little.
   */
  windowMs?: number;
  /** The time in ms for which the breaker is open before it admits a call as a probe. Each failed probe doubles it. */
  openMs?: number;
  /** The maximum of that time, in ms. */
  maxOpenMs?: number;
  onChange?: ((state: CircuitBreakerState) => void) | undefined;
};

/**
 * Rejects calls before they wait in a queue for a breaker that would reject them. While the breaker is not closed, one call
 * at a time passes, to be the probe when it has a slot.
 */
export function rejectBeforeQueueing({ isClosedFor, isRejecting }: CircuitBreaker): AttemptGuard<boolean> {
  let isProbeWaiting = false;
  return {
    enter(call) {
      if (isClosedFor(call)) return false;
      if (isProbeWaiting || isRejecting()) throw new CircuitOpen();
      isProbeWaiting = true;
      return true;
    },
    leave(isProbe) {
      if (isProbe) isProbeWaiting = false;
    },
  };
}

/** Creates the circuit breaker of one upstream. */
export function createCircuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const { failures = 10, windowMs = 4_000, openMs = 1_000, maxOpenMs = 5_000, onChange } = options;
  let state: CircuitBreakerState = 'closed';
  let failed = 0; // in a row
  let firstFailureStartedAt = 0;
  let respondedAt = Number.NEGATIVE_INFINITY;
  /** The only caller whose calls have failed; undefined where the failures are not about one caller. */
  let failedCaller: string | undefined;
  let failedProbes = 0;
  let probe: AdmittedCall | undefined;
  let probeAt = 0;
  let timer: NodeJS.Timeout | undefined;

  function changeState(next: CircuitBreakerState): void {
    if (state === next) return;
    state = next;
    onChange?.(next);
  }

  /** After any response: that of a call that started earlier proves as much as that of a probe. */
  function close(): void {
    respondedAt = performance.now();
    failed = 0;
    failedProbes = 0;
    probe = undefined;
    clearTimeout(timer);
    timer = undefined;
    changeState('closed');
  }

  function open(): void {
    clearTimeout(timer);
    timer = undefined;
    probe = undefined;
    probeAt = performance.now() + exponentialDelay(openMs, failedProbes, maxOpenMs);
    changeState('open');
  }

  /** Opens by a timer: calls that started together fail together, and later calls wait for a slot meanwhile. */
  function countFailure({ startedAt }: AdmittedCall, caller: string | undefined): void {
    if (failed === 0) firstFailureStartedAt = startedAt;
    failedCaller = failed === 0 || failedCaller === caller ? caller : undefined;
    failed += 1;
    if (failed < failures) return;
    const left = Math.max(firstFailureStartedAt, respondedAt) + windowMs - performance.now();
    if (left <= 0) open();
    else timer ??= setTimeout(open, left).unref();
  }

  const isClosedFor = (call: UpstreamCall) =>
    state === 'closed' || (failedCaller !== undefined && failedCaller !== callerOf(call));

  const isRejecting = () => state !== 'closed' && (probe !== undefined || performance.now() < probeAt);

  return {
    state: () => state,
    isClosedFor,
    isRejecting,
    enter(call) {
      const admitted = { startedAt: performance.now() };
      if (isClosedFor(call)) return admitted;
      if (isRejecting()) throw new CircuitOpen();
      probe = admitted;
      changeState('half-open');
      return admitted;
    },
    leave(admitted, call, error) {
      const upstream = error === undefined ? 'alive' : failureKindOf(error).upstream;
      if (upstream === 'alive') return close();
      // Where the operation is over, the attempt may have had too little time to show anything.
      const isDead = upstream === 'dead' && !call.signal.aborted;
      const failing = error instanceof UpstreamTimeout ? callerOf(call) : undefined;
      if (admitted !== probe) {
        if (!isDead) return;
        if (state === 'closed') countFailure(admitted, failing);
        else if (failedCaller !== failing) failedCaller = undefined;
        return;
      }
      if (isDead) {
        failedProbes += 1;
        if (failedCaller !== failing) failedCaller = undefined;
        return open();
      }
      probe = undefined; // the next call becomes the probe
      changeState('open');
    },
  };
}

function callerOf({ caller = '' }: UpstreamCall): string {
  return caller;
}
