import { abortable } from '../../async/abortable.ts';
import { Overloaded, UpstreamTimeout } from '../../errors.ts';
import type { UpstreamCall } from '../client/client.ts';
import type { AttemptGuard } from './attempt-guard.ts';
import { CallQueue } from './call-queue.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { failureKindOf } from './failure-kinds.ts';
import { createTenantLimits, type Tenant } from './tenant-limits.ts';

/**
 * Limits the concurrent calls to one upstream to what it handles; other calls wait briefly. A free slot goes to
 * the tenants in turn, and within a tenant to its callers in turn.
 *
 * Congestion lowers the limit of the upstream. Each tenant has a limit of its own besides, which only its own 429s lower,
 * because they say nothing about what other tenants may do.
 *
 * `enter` throws {Overloaded} where no slot became free in time.
 */
export type ConcurrencyLimiter = AttemptGuard<Slot> & { state(): ConcurrencyLimiterState };

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
  queued: number;
  /** Queued calls of tenants that have a limit of their own, because their calls were answered with 429. */
  queuedOfRateLimited: number;
  tenants: number;
};

/** The options of the concurrency limiter. */
export type ConcurrencyLimiterOptions = {
  /** The limit at the start, its minimum, and its maximum, which is the number of sockets. */
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
  isAdmitted: boolean;
  /** Ends the wait: the call was admitted, or removed from the queue. */
  end(): void;
};

/** Creates the limiter of all calls to one upstream. */
export function createConcurrencyLimiter(options: ConcurrencyLimiterOptions = {}): ConcurrencyLimiter {
  const { initial = 64, min = 4, max = 256, maxQueued = 10_000, maxWaitMs = 5_000 } = options;
  const limit = createConcurrencyLimit({ initial, min, max });
  const tenants = createTenantLimits({ min, max });
  const queue = new CallQueue<Tenant, WaitingCall>(maxQueued);
  let inFlight = 0;
  let sweeper: NodeJS.Timeout | undefined;

  /** `release` starts every waiting call that may start, so a new call that may start overtakes none. */
  function mayStart(tenant: Tenant): boolean {
    return inFlight < limit.calls && (tenant.limit === undefined || tenant.inFlight < tenant.limit.calls);
  }

  function take(tenant: Tenant): void {
    inFlight += 1;
    tenant.inFlight += 1;
  }

  function release(tenant: Tenant): void {
    inFlight -= 1;
    tenant.inFlight -= 1;
    if (queue.size > 0) admitNext();
    forgetIfIdle(tenant);
  }

  function admitNext(): void {
    const now = performance.now();
    while (inFlight < limit.calls) {
      const next = queue.shift(mayStart);
      if (next === undefined) return;
      if (!isOver(next, now)) {
        take(next.tenant);
        next.isAdmitted = true;
      }
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
    const waitsUntil = performance.now() + maxWaitMs;
    const waiting: WaitingCall = { call, tenant, caller, waitsUntil, isAdmitted: false, end };
    queue.admit(waiting)?.end();
    sweeper ??= setInterval(sweep, sweepEvery).unref();
    try {
      await abortable(promise, call.signal);
      if (!waiting.isAdmitted) throw new Overloaded('Too many calls wait for the upstream.');
      return slotOf(tenant);
    } catch (error) {
      queue.remove(waiting);
      // Admitted and aborted within one tick.
      if (waiting.isAdmitted) release(tenant);
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

  return {
    enter(call) {
      const tenant = tenants.find(call.tenant ?? '');
      if (!mayStart(tenant)) return wait(call, tenant);
      take(tenant);
      return slotOf(tenant);
    },
    leave({ tenant, round, startedAt }, { signal }, error) {
      if (error === undefined) {
        limit.succeeded(inFlight, performance.now() - startedAt);
        tenant.limit?.raise(tenant.inFlight);
      } else {
        const { congestion } = failureKindOf(error);
        // An operation whose own time is over may have been nearly over when the call began.
        const isOperationOver = error instanceof UpstreamTimeout && signal.aborted;
        if (congestion === 'tenant') tenants.slowDown(tenant, round);
        else if (congestion === 'upstream' && !isOperationOver) limit.congested();
      }
      release(tenant);
    },
    state: () => ({
      limit: limit.calls,
      inFlight,
      queued: queue.size,
      queuedOfRateLimited: queue.sizeOf((tenant) => tenant.limit !== undefined),
      tenants: tenants.count,
    }),
  };
}

function slotOf(tenant: Tenant): Slot {
  return { tenant, round: tenant.limit?.round ?? 0, startedAt: performance.now() };
}

/** `endsAt` is read each time: a caller with more time may have joined the call meanwhile. */
function isOver({ call, waitsUntil }: WaitingCall, now: number): boolean {
  return now >= waitsUntil || (call.endsAt !== undefined && now >= call.endsAt());
}
