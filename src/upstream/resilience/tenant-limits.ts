import { LRUCache } from 'lru-cache';

/**
 * The limit of one tenant: it rises by about one for each round trip of successes and falls by three tenths at a sign of
 * congestion (additive increase, multiplicative decrease).
 */
export type AimdLimit = {
  /** A whole number from `min` to `max`. */
  readonly calls: number;
  /** The number of reductions so far. A call keeps the round in which it started, for `lower`. */
  readonly round: number;
  /** After a success. `inFlight` counts the call itself. */
  raise(inFlight: number): void;
  /**
   * After congestion of a call that started in `round`. Of the calls that were pending together only the first one
   * lowers the limit: the others were sent before that could have an effect.
   */
  lower(round: number): void;
};

const decrease = 0.7;

/** @returns a limit that starts at `initial`, within its bounds */
export function createAimdLimit({ initial, min, max }: { initial: number; min: number; max: number }): AimdLimit {
  let exact = Math.min(max, Math.max(min, initial));
  let round = 0;
  return {
    get calls() {
      return Math.floor(exact);
    },
    get round() {
      return round;
    },
    raise(inFlight) {
      // A limit of which less than half is used is not known to be too low.
      if (2 * inFlight >= Math.floor(exact)) exact = Math.min(max, exact + 1 / exact);
    },
    lower(startedIn) {
      if (startedIn !== round) return;
      round += 1;
      exact = Math.max(min, exact * decrease);
    },
  };
}

/** A tenant with pending calls. */
export type Tenant = {
  readonly name: string;
  inFlight: number;
  /** Undefined as long as the upstream has not answered a call of the tenant with a 429. */
  limit: AimdLimit | undefined;
};

/** The tenants with calls: at most as many objects as there are calls. */
export type TenantLimits = {
  readonly count: number;
  /** The tenant of that name; created where it has no calls yet. */
  find(name: string): Tenant;
  /** Lowers the tenant's own limit, after a call that started in `round` of it was answered with a 429. */
  slowDown(tenant: Tenant, round: number): void;
  /** Removes a tenant without calls. Its limit is kept until it has risen to `max`, or `maxKept` newer ones displace it. */
  forget(tenant: Tenant): void;
};

/** The bounds of each limit, and the maximum number of limits that are remembered for tenants without calls. */
export type TenantLimitsOptions = { min: number; max: number; maxKept?: number };

/** The concurrency limits of tenants, which only their own 429s lower. */
export function createTenantLimits({ min, max, maxKept = 10_000 }: TenantLimitsOptions): TenantLimits {
  const active = new Map<string, Tenant>();
  const limits = new LRUCache<string, AimdLimit>({ max: maxKept });
  return {
    get count() {
      return active.size;
    },
    find(name) {
      const found = active.get(name);
      if (found !== undefined) return found;
      const tenant: Tenant = { name, inFlight: 0, limit: limits.get(name) };
      active.set(name, tenant);
      return tenant;
    },
    slowDown(tenant, round) {
      // It starts at the pending calls: lowered from `max`, it would take a dozen 429s to have an effect.
      tenant.limit ??= createAimdLimit({ initial: tenant.inFlight, min, max });
      tenant.limit.lower(round);
      limits.set(tenant.name, tenant.limit);
    },
    forget(tenant) {
      // Another tenant object of that name may have been created meanwhile.
      if (active.get(tenant.name) === tenant) active.delete(tenant.name);
      if (tenant.limit?.calls === max) limits.delete(tenant.name);
    },
  };
}
