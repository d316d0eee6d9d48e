import { LRUCache } from 'lru-cache';
import { type AimdLimit, createAimdLimit } from './adaptive-limit.ts';

/** A tenant's calls under way, and how many there may be if the upstream has ever told it to slow down. */
export type Tenant = {
  readonly name: string;
  inFlight: number;
  limit: AimdLimit | undefined;
};

/** The tenants that have calls: as many objects as there are calls, at most. */
export type TenantLimits = {
  readonly count: number;
  /** The tenant with calls of that name, or one that begins. */
  find(name: string): Tenant;
  /** Lowers the tenant's own limit, after a call that was begun in `round` of it was answered with a 429. */
  slowDown(tenant: Tenant, round: number): void;
  /** Forgets a tenant without calls. What it was told is kept, for as long as its limit means anything. */
  forget(tenant: Tenant): void;
};

export type TenantLimitsOptions = { min: number; max: number; maxKept?: number };

export function createTenantLimits({ min, max, maxKept = 10_000 }: TenantLimitsOptions): TenantLimits {
  const present = new Map<string, Tenant>();
  const limits = new LRUCache<string, AimdLimit>({ max: maxKept });
  return {
    get count() {
      return present.size;
    },
    find(name) {
      const found = present.get(name);
      if (found !== undefined) return found;
      const tenant: Tenant = { name, inFlight: 0, limit: limits.get(name) };
      present.set(name, tenant);
      return tenant;
    },
    slowDown(tenant, round) {
      // From what it had under way: to lower the most that there can be would take a dozen 429s to have an effect.
      tenant.limit ??= createAimdLimit({ initial: tenant.inFlight, min, max });
      tenant.limit.lower(round);
      limits.set(tenant.name, tenant.limit);
    },
    forget(tenant) {
      // Another of that name may have begun since.
      if (present.get(tenant.name) === tenant) present.delete(tenant.name);
      if (tenant.limit?.calls === max) limits.delete(tenant.name);
    },
  };
}
