import type { AttemptGuard } from './attempt-guard.ts';
import { exponentialDelay } from './backoff.ts';
import { CircuitOpen, failureKindOf } from './failure-kinds.ts';

/**
 * Knows whether an upstream is dead, and spares everybody the waiting then. It is our own because those of the libraries
 * let callers wait for the outcome of the probe, and hang with it when the probe hangs: here they are refused.
 *
 * `enter` throws {UpstreamDown} at once. The time-out of a try is inside: a try that had its full time is told by a
 * signal that has not aborted.
 */
export type CircuitBreaker = AttemptGuard<Admission> & {
  state(): CircuitBreakerState;
  /** Whether a call would be refused now: for whoever would let it wait before it is admitted. */
  isRejecting(): boolean;
};

/** `half-open` while a probe is under way. */
export type CircuitBreakerState = 'closed' | 'open' | 'half-open';

/** A call that was let through. */
type Admission = { readonly beganAt: number };

export type CircuitBreakerOptions = {
  /** It opens when so many tries in a row have failed, */
  failures?: number;
  /**
   * and the first of them began so long ago, in ms. That is longer than a try may take: when half of the calls begin to
   * fail at once and the other half to take long, the successes among those that began together have come by then.
   */
  windowMs?: number;
  /** How long it stays open before a call is let through as a probe, in ms: twice as long after each probe that fails, */
  openMs?: number;
  /** up to this. */
  maxOpenMs?: number;
  onChange?: ((state: CircuitBreakerState) => void) | undefined;
};

/**
 * Refuses early, before a call waits for anything else, what the breaker would not admit. While it is not closed one call
 * at a time goes on, to be the probe when it has a place: if more did, they would wait for nothing.
 */
export function rejectBeforeQueueing({ state, isRejecting }: CircuitBreaker): AttemptGuard<boolean> {
  let isOneWaiting = false;
  return {
    enter() {
      if (state() === 'closed') return false;
      if (isOneWaiting || isRejecting()) throw new CircuitOpen();
      isOneWaiting = true;
      return true;
    },
    leave(isTheOne) {
      if (isTheOne) isOneWaiting = false;
    },
  };
}

export function createCircuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const { failures = 10, windowMs = 4_000, openMs = 1_000, maxOpenMs = 5_000, onChange } = options;
  let state: CircuitBreakerState = 'closed';
  let failed = 0; // in a row
  let rowBeganAt = 0;
  let failedProbes = 0;
  let probe: Admission | undefined;
  let probeAt = 0;
  let timer: NodeJS.Timeout | undefined;

  function become(next: CircuitBreakerState): void {
    if (state === next) return;
    state = next;
    onChange?.(next);
  }

  /** Whoever has brought an answer: a call from before, too, is as good as a probe. */
  function close(): void {
    failed = 0;
    failedProbes = 0;
    probe = undefined;
    clearTimeout(timer);
    timer = undefined;
    become('closed');
  }

  function open(): void {
    clearTimeout(timer);
    timer = undefined;
    probe = undefined;
    probeAt = performance.now() + exponentialDelay(openMs, failedProbes, maxOpenMs);
    become('open');
  }

  /** By a timer: those that began together fail together, and who comes after them waits for a place meanwhile. */
  function countFailure({ beganAt }: Admission): void {
    if (failed === 0) rowBeganAt = beganAt;
    failed += 1;
    if (failed < failures) return;
    const left = rowBeganAt + windowMs - performance.now();
    if (left <= 0) open();
    else timer ??= setTimeout(open, left).unref();
  }

  const isRejecting = () => state !== 'closed' && (probe !== undefined || performance.now() < probeAt);

  return {
    state: () => state,
    isRejecting,
    enter() {
      const admission = { beganAt: performance.now() };
      if (state === 'closed') return admission;
      if (isRejecting()) throw new CircuitOpen();
      probe = admission;
      become('half-open');
      return admission;
    },
    leave(admission, { signal }, error) {
      const upstream = error === undefined ? 'alive' : failureKindOf(error).upstream;
      if (upstream === 'alive') return close();
      // Where the operation is over, the attempt may have had too little time to show anything.
      const isDead = upstream === 'dead' && !signal.aborted;
      if (admission !== probe) {
        if (isDead && state === 'closed') countFailure(admission);
        return;
      }
      if (isDead) {
        failedProbes += 1;
        return open();
      }
      probe = undefined; // the next call takes its place
      become('open');
    },
  };
}
