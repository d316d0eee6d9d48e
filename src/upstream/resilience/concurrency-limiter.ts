import { abortable } from '../../async/abortable.ts';
import { Overloaded, UpstreamTimeout } from '../../errors.ts';
import type { UpstreamCall } from '../client/client.ts';
import type { AttemptGuard } from './attempt-guard.ts';
import { CallQueue } from './call-queue.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { failureKindOf } from './failure-kinds.ts';
import { createPendingCalls, hangingTime } from './pending-calls.ts';
import { createTenantLimits, type Tenant } from './tenant-limits.ts';

/**
 * Limits the concurrent calls to one upstream to what it handles; other calls wait briefly. A free slot goes to
 * the tenants in turn, and within a tenant to its callers in turn.
 *
 * Congestion lowers the limit of the upstream, while calls wait for it. Each tenant has a limit of its own besides, which
 * only its own 429s lower, because they say nothing about what other tenants may do.
 *
 * Calls that hang while the upstream answers others say nothing about its load: they do not count for the limit, only for
 * the number of sockets, and their time-outs do not lower it.
 *
 * `enter` throws {Overloaded} where no slot became free in time. It sets `queuedMs` of a call that waited.
 */
export type ConcurrencyLimiter = AttemptGuard<Slot> & {
  /** The time in ms after which a call without a response counts as hanging, if calls that were sent later have one. */
  hangsAfterMs(): number;
  state(): ConcurrencyLimiterState;
};

/** The slot of a pending call. */
type Slot = {
  readonly tenant: Tenant;
  /** The round of the tenant's own limit when the call was admitted. */
  readonly round: number;
  /** On the monotonic clock, in ms. */
  readonly startedAt: number;
};

/** Numbers of calls, and of tenants with calls. */
export type ConcurrencyLimiterState = {
  limit: number;
  inFlight: number;
  /** Those of the pending calls that hang, and do not count for the limit. */
  hanging: number;
  queued: number;
  /** Queued calls of tenants that have a limit of their own, because their calls were answered with 429. */
  queuedOfRateLimited: number;
  tenants: number;
};

/** The options of the concurrency limiter. */
export type ConcurrencyLimiterOptions = {
  /** The limit at the start, by default its maximum; its minimum; and its maximum, which is the number of sockets. */
  initial?: number;
  min?: number;
  max?: number;
  /** Calls that may wait, of all tenants; those of one caller are at most half of them. */
  maxQueued?: number;
  maxWaitMs?: number;
};

/** The interval in ms at which calls that have waited too long are removed. */
const sweepEvery = 25;

type WaitingCall = {
  readonly call: UpstreamCall;
  readonly tenant: Tenant;
  readonly caller: string;
  /** On the monotonic clock, in ms. */
  readonly waitsUntil: number;
  /** Set when the call is admitted. */
  slot: Slot | undefined;
  /** Ends the wait: the call was admitted, or removed from the queue. */
  end(): void;
};

/** Creates the limiter of all calls to one upstream. */
export function createConcurrencyLimiter(options: ConcurrencyLimiterOptions = {}): ConcurrencyLimiter {
  const { min = 4, max = 256, initial = max, maxQueued = 10_000, maxWaitMs = 5_000 } = options;
  const limit = createConcurrencyLimit({ initial, min, max });
  const tenants = createTenantLimits({ min, max });
  const queue = new CallQueue<Tenant, WaitingCall>(maxQueued);
  const pending = createPendingCalls();
  let sweeper: NodeJS.Timeout | undefined;

  const hangsAfterMs = () => hangingTime(limit.roundTripMs);

  const hasSlot = () => pending.counted < limit.calls && pending.size < max;

  /** `release` starts every waiting call that may start, so a new call that may start overtakes none. */
  function mayStart(tenant: Tenant): boolean {
    return hasSlot() && (tenant.limit === undefined || tenant.inFlight < tenant.limit.calls);
  }

  function take(tenant: Tenant): Slot {
    tenant.inFlight += 1;
    const slot = { tenant, round: tenant.limit?.round ?? 0, startedAt: performance.now() };
    pending.add(slot);
    return slot;
  }

  function release(slot: Slot): void {
    const { tenant } = slot;
    pending.remove(slot);
    tenant.inFlight -= 1;
    if (queue.size > 0) admitNext();
    forgetIfIdle(tenant);
  }

  function admitNext(): void {
    const now = performance.now();
    while (hasSlot()) {
      const next = queue.shift(mayStart);
      if (next === undefined) return;
      if (!isOver(next, now)) next.slot = take(next.tenant);
      next.end();
    }
  }

  function forgetIfIdle(tenant: Tenant): void {
    if (tenant.inFlight === 0 && !queue.has(tenant)) tenants.forget(tenant);
  }

  /** Resolves when the call is admitted; it is counted as pending then. */
  async function wait(call: UpstreamCall, tenant: Tenant): Promise<Slot> {
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const { caller = '' } = call;
    const queuedAt = performance.now();
    const waiting: WaitingCall = { call, tenant, caller, waitsUntil: queuedAt + maxWaitMs, slot: undefined, end };
    queue.admit(waiting)?.end();
    sweeper ??= setInterval(sweep, sweepEvery).unref();
    try {
      await abortable(promise, call.signal);
      if (waiting.slot === undefined) throw new Overloaded('Too many calls wait for the upstream.');
      call.queuedMs = waiting.slot.startedAt - queuedAt;
      return waiting.slot;
    } catch (error) {
      queue.remove(waiting);
      // Admitted and aborted within one tick.
      if (waiting.slot !== undefined) release(waiting.slot);
      else forgetIfIdle(tenant);
      throw error;
    }
  }

  /** One timer for all waiting calls, and none without any. The oldest call of a caller has waited longest. */
  function sweep(): void {
    const now = performance.now();
    for (const { end } of queue.removeOver((waiting) => isOver(waiting, now))) end();
    if (queue.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  }

  /**
   * Whether a failed call shows that the upstream has too much to do. While no call waits, the limit is not what the number
   * of calls depends on, and lowering it would only delay calls. A time-out shows it only where answers are slow as well.
   */
  function showsCongestion(error: unknown, { startedAt }: Slot, { signal }: UpstreamCall): boolean {
    if (queue.size === 0) return false;
    if (!(error instanceof UpstreamTimeout)) return true;
    // An operation whose own time is over may have been nearly over when the call began.
    return !signal.aborted && performance.now() - startedAt < hangsAfterMs();
  }

  return {
    enter(call) {
      const tenant = tenants.find(call.tenant ?? '');
      if (!mayStart(tenant)) return wait(call, tenant);
      return take(tenant);
    },
    leave(slot, call, error) {
      const { tenant, round, startedAt } = slot;
      if (error === undefined) {
        limit.succeeded(pending.counted, performance.now() - startedAt);
        pending.answered(slot, hangsAfterMs());
        tenant.limit?.raise(tenant.inFlight);
      } else {
        const { congestion } = failureKindOf(error);
        if (congestion === 'tenant') tenants.slowDown(tenant, round);
        else if (congestion === 'upstream' && showsCongestion(error, slot, call)) limit.congested();
      }
      release(slot);
    },
    hangsAfterMs,
    state: () => ({
      limit: limit.calls,
      inFlight: pending.size,
      hanging: pending.size - pending.counted,
      queued: queue.size,
      queuedOfRateLimited: queue.sizeOf((tenant) => tenant.limit !== undefined),
      tenants: tenants.count,
    }),
  };
}

/** `endsAt` is read each time: a caller with more time may have joined the call meanwhile. */
function isOver({ call, waitsUntil }: WaitingCall, now: number): boolean {
  return now >= waitsUntil || (call.endsAt !== undefined && now >= call.endsAt());
}
