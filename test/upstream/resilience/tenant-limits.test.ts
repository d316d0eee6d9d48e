import { expect, test } from 'vitest';
import { createTenantLimits, type TenantLimits } from '../../../src/upstream/resilience/tenant-limits.ts';

/** A tenant that is told to slow down while it has calls under way, and then has none. */
function slowedDown(tenants: TenantLimits, name: string, inFlight = 20) {
  const tenant = tenants.find(name);
  tenant.inFlight = inFlight;
  tenants.slowDown(tenant, 0);
  tenant.inFlight = 0;
  tenants.forget(tenant);
}

const limitOf = (tenants: TenantLimits, name: string) => tenants.find(name).limit?.calls;

test('a tenant is one and the same until it is forgotten', () => {
  const tenants = createTenantLimits({ min: 4, max: 256 });
  const tenant = tenants.find('a');
  expect(tenants.find('a')).toBe(tenant);
  expect(tenants.count).toBe(1);
  tenants.forget(tenant);
  expect(tenants.count).toBe(0);
  const next = tenants.find('a');
  expect(next).not.toBe(tenant);
  tenants.forget(tenant); // too late: it means another one
  expect(tenants.find('a')).toBe(next);
});

test('a tenant without a 429 has no limit; with one, it is less than what it had under way', () => {
  const tenants = createTenantLimits({ min: 4, max: 256 });
  expect(limitOf(tenants, 'a')).toBeUndefined();
  slowedDown(tenants, 'a');
  expect(limitOf(tenants, 'a')).toBe(14);
  expect(limitOf(tenants, 'b')).toBeUndefined();
});

test('limits are remembered of the tenants that came last, so many and no more', () => {
  const tenants = createTenantLimits({ min: 4, max: 256, maxKept: 2 });
  for (const name of ['a', 'b', 'c']) slowedDown(tenants, name);
  expect(['a', 'b', 'c'].map((name) => limitOf(tenants, name))).toEqual([undefined, 14, 14]);
});

test('a limit that has risen to the most means nothing any more', () => {
  const tenants = createTenantLimits({ min: 4, max: 21 });
  slowedDown(tenants, 'a');
  const tenant = tenants.find('a');
  for (let time = 0; time < 200; time += 1) tenant.limit?.raise(20);
  expect(tenant.limit?.calls).toBe(21);
  tenants.forget(tenant);
  expect(limitOf(tenants, 'a')).toBeUndefined();
});
