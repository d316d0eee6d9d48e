/** When a call was sent, on the monotonic clock, in ms. */
type SentCall = { readonly startedAt: number };

/**
 * The pending calls, with those that hang counted apart: while the upstream answers calls that were sent much later, a
 * call without a response is a fault of that call. Where it answers none, no call hangs by this rule, because all of them
 * may wait for an upstream that has too much to do.
 */
export type PendingCalls = {
  readonly size: number;
  /** Pending calls that do not hang. */
  readonly counted: number;
  /** Adds a call; calls are added in the order of their start. */
  add(call: SentCall): void;
  remove(call: SentCall): void;
  /** A call has succeeded: calls that were sent more than `hangsAfterMs` before it hang from now on. */
  answered(call: SentCall, hangsAfterMs: number): void;
};

/** The number of round trips after which a call hangs, and the minimum of that time, in ms, for a very fast upstream. */
const hangingRoundTrips = 3;
const minHangingMs = 100;

/** @returns the time in ms after which a call hangs, if calls that were sent so much later have been answered */
export function hangingTime(roundTripMs: number): number {
  return Math.max(minHangingMs, hangingRoundTrips * roundTripMs);
}

/** Creates an empty list of pending calls. */
export function createPendingCalls(): PendingCalls {
  /** In the order of their start, so only the first ones have to be looked at. */
  const counted = new Set<SentCall>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    get counted() {
      return counted.size;
    },
    add(call) {
      counted.add(call);
      size += 1;
    },
    remove(call) {
      counted.delete(call);
      size -= 1;
    },
    answered({ startedAt }, hangsAfterMs) {
      for (const call of counted) {
        if (call.startedAt >= startedAt - hangsAfterMs) return;
        counted.delete(call);
      }
    },
  };
}
