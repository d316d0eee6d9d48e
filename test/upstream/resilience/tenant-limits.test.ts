import { describe, expect, test } from 'vitest';
import {
  createAimdLimit,
  createTenantLimits,
  type TenantLimits,
} from '../../../src/upstream/resilience/tenant-limits.ts';

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

const create = (initial: number) => createAimdLimit({ initial, min: 4, max: 256 });

function raise(limit: ReturnType<typeof create>, times: number, inFlight = 256) {
  for (let time = 0; time < times; time += 1) limit.raise(inFlight);
}

describe('the limit of a tenant', () => {
  test.each([
    [64, 64],
    [1, 4],
    [1_000, 256],
  ])('that is to start at %i starts at %i, within its bounds', (initial, calls) => {
    expect(create(initial).calls).toBe(calls);
  });

  test('rises by about one in a round trip of successes', () => {
    const limit = create(10);
    raise(limit, 9);
    expect(limit.calls).toBe(10);
    raise(limit, 2);
    expect(limit.calls).toBe(11);
  });

  test('rises to its upper bound and no further', () => {
    const limit = create(250);
    raise(limit, 10_000);
    expect(limit.calls).toBe(256);
  });

  test('does not rise while less than half of it is used', () => {
    const limit = create(10);
    raise(limit, 100, 4);
    expect(limit.calls).toBe(10);
    raise(limit, 100, 5);
    expect(limit.calls).toBeGreaterThan(10);
  });

  test('falls by three tenths', () => {
    const limit = create(100);
    limit.lower(limit.round);
    expect(limit.calls).toBe(70);
  });

  test('falls once for all calls that were under way together', () => {
    const limit = create(100);
    const { round } = limit;
    for (let call = 0; call < 50; call += 1) limit.lower(round);
    expect(limit.calls).toBe(70);
    limit.lower(limit.round);
    expect(limit.calls).toBe(49);
  });

  test('falls to its lower bound and no further, and rises from there', () => {
    const limit = create(100);
    for (let time = 0; time < 20; time += 1) limit.lower(limit.round);
    expect(limit.calls).toBe(4);
    raise(limit, 5);
    expect(limit.calls).toBe(5);
  });
});
