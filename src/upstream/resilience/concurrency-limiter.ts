import { abortable } from '../../async/abortable.ts';
import { Overloaded, UpstreamTimeout } from '../../errors.ts';
import type { UpstreamCall } from '../client/client.ts';
import type { AttemptGuard } from './attempt-guard.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { failureKindOf } from './failure-kinds.ts';
import { createFairQueue } from './fair-queue.ts';
import { createTenantLimits, type Tenant } from './tenant-limits.ts';

/**
 * Bounds the calls to one upstream that are under way, by what it turns out to bear; the rest waits, in turns by
 * tenant, briefly. One limit is the upstream's, which congestion lowers. Beside it each tenant has one of its own,
 * which only its own 429s lower: they say nothing about what others may.
 *
 * `enter` throws {Overloaded} when there was no room in time.
 */
export type ConcurrencyLimiter = AttemptGuard<Place> & { state(): ConcurrencyLimiterState };

/** Of a call that is under way. */
type Place = {
  readonly tenant: Tenant;
  /** Of the tenant's own limit, when the call was let in. */
  readonly round: number;
  /** On the monotonic clock, in ms. */
  readonly beganAt: number;
};

/** Calls, and tenants that have any. */
export type ConcurrencyLimiterState = { limit: number; inFlight: number; queued: number; tenants: number };

export type ConcurrencyLimiterOptions = {
  /** Calls under way at the start, at least and at most: more than there are sockets would queue again behind them. */
  initial?: number;
  min?: number;
  max?: number;
  /** Calls that may wait, of all tenants. */
  maxQueued?: number;
  maxWaitMs?: number;
};

/** How often those are looked for that have waited long enough, in ms. */
const sweepEvery = 25;

type Waiting = {
  readonly call: UpstreamCall;
  readonly tenant: Tenant;
  /** On the monotonic clock, in ms. */
  readonly waitsUntil: number;
  isLetIn: boolean;
  /** Ends the waiting: the call was let in, or has lost its place. */
  end(): void;
};

export function createConcurrencyLimiter(options: ConcurrencyLimiterOptions = {}): ConcurrencyLimiter {
  const { initial = 64, min = 4, max = 256, maxQueued = 10_000, maxWaitMs = 5_000 } = options;
  const limit = createConcurrencyLimit({ initial, min, max });
  const tenants = createTenantLimits({ min, max });
  const queue = createFairQueue<Tenant, Waiting>(maxQueued);
  let inFlight = 0;
  let sweeper: NodeJS.Timeout | undefined;

  /** Nobody waits who may enter, `release` sees to that: so a newcomer who may overtakes nobody. */
  function mayEnter(tenant: Tenant): boolean {
    return inFlight < limit.calls && (tenant.limit === undefined || tenant.inFlight < tenant.limit.calls);
  }

  function take(tenant: Tenant): void {
    inFlight += 1;
    tenant.inFlight += 1;
  }

  function release(tenant: Tenant): void {
    inFlight -= 1;
    tenant.inFlight -= 1;
    if (queue.size > 0) letIn();
    forgetIfIdle(tenant);
  }

  function letIn(): void {
    const now = performance.now();
    while (inFlight < limit.calls) {
      const next = queue.shift(mayEnter);
      if (next === undefined) return;
      if (!isOver(next, now)) {
        take(next.tenant);
        next.isLetIn = true;
      }
      next.end();
    }
  }

  function forgetIfIdle(tenant: Tenant): void {
    if (tenant.inFlight === 0 && !queue.has(tenant)) tenants.forget(tenant);
  }

  /** Ends when the call is let in: then it is counted as under way. */
  async function wait(call: UpstreamCall, tenant: Tenant): Promise<Place> {
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const waiting: Waiting = { call, tenant, waitsUntil: performance.now() + maxWaitMs, isLetIn: false, end };
    queue.push(tenant, waiting)?.end();
    sweeper ??= setInterval(sweep, sweepEvery).unref();
    try {
      await abortable(promise, call.signal);
      if (!waiting.isLetIn) throw new Overloaded('Too many calls wait for the upstream.');
      return placeOf(tenant);
    } catch (error) {
      queue.remove(tenant, waiting);
      // Let in and aborted within one tick.
      if (waiting.isLetIn) release(tenant);
      else forgetIfIdle(tenant);
      throw error;
    }
  }

  /** One timer for all that wait, and none when nobody does. Who came first has waited longest. */
  function sweep(): void {
    const now = performance.now();
    for (const owner of queue.owners()) {
      for (let next = queue.oldest(owner); next !== undefined && isOver(next, now); next = queue.oldest(owner)) {
        queue.remove(owner, next);
        next.end();
      }
    }
    if (queue.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  }

  return {
    enter(call) {
      const tenant = tenants.find(call.tenant ?? '');
      if (!mayEnter(tenant)) return wait(call, tenant);
      take(tenant);
      return placeOf(tenant);
    },
    leave({ tenant, round, beganAt }, { signal }, error) {
      if (error === undefined) {
        limit.succeeded(inFlight, performance.now() - beganAt);
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
    state: () => ({ limit: limit.calls, inFlight, queued: queue.size, tenants: tenants.count }),
  };
}

function placeOf(tenant: Tenant): Place {
  return { tenant, round: tenant.limit?.round ?? 0, beganAt: performance.now() };
}

/** `endsAt` is asked anew: somebody with more time may have joined the call while it waits. */
function isOver({ call, waitsUntil }: Waiting, now: number): boolean {
  return now >= waitsUntil || (call.endsAt !== undefined && now >= call.endsAt());
}
