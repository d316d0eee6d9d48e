import { describe, expect, test } from 'vitest';
import {
  createAimdLimit,
  createTenantLimits,
  type TenantLimits,
} from '../../../src/upstream/resilience/tenant-limits.ts';

/** Creates a tenant that gets a 429 while it has concurrent calls, and then has none. */
function slowedDown(tenants: TenantLimits, name: string, inFlight = 20) {
  const tenant = tenants.find(name);
  tenant.inFlight = inFlight;
  tenants.slowDown(tenant, 0);
  tenant.inFlight = 0;
  tenants.forget(tenant);
}

const limitOf = (tenants: TenantLimits, name: string) => tenants.find(name).limit?.calls;

test('a tenant is the same object until it is forgotten', () => {
  const tenants = createTenantLimits({ min: 4, max: 256 });
  const tenant = tenants.find('a');
  expect(tenants.find('a')).toBe(tenant);
  expect(tenants.count).toBe(1);
  tenants.forget(tenant);
  expect(tenants.count).toBe(0);
  const next = tenants.find('a');
  expect(next).not.toBe(tenant);
  tenants.forget(tenant); // The object is outdated, so that this has no effect.
  expect(tenants.find('a')).toBe(next);
});

test('a tenant has no limit without a 429, and after one its limit is lower than its number of concurrent calls', () => {
  const tenants = createTenantLimits({ min: 4, max: 256 });
  expect(limitOf(tenants, 'a')).toBeUndefined();
  slowedDown(tenants, 'a');
  expect(limitOf(tenants, 'a')).toBe(14);
  expect(limitOf(tenants, 'b')).toBeUndefined();
});

test('the number of remembered limits is bounded, and those of the most recent tenants are kept', () => {
  const tenants = createTenantLimits({ min: 4, max: 256, maxKept: 2 });
  for (const name of ['a', 'b', 'c']) slowedDown(tenants, name);
  expect(['a', 'b', 'c'].map((name) => limitOf(tenants, name))).toEqual([undefined, 14, 14]);
});

test('a limit that has risen to the maximum is dropped', () => {
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

describe('the limit of a tenant rises and falls within its bounds', () => {
  test.each([
    [64, 64],
    [1, 4],
    [1_000, 256],
  ])('a tenant limit with the initial value %i starts at %i, within its bounds', (initial, calls) => {
    expect(create(initial).calls).toBe(calls);
  });

  test('a tenant limit rises by about one in a round trip of successes', () => {
    const limit = create(10);
    raise(limit, 9);
    expect(limit.calls).toBe(10);
    raise(limit, 2);
    expect(limit.calls).toBe(11);
  });

  test('a tenant limit rises to its upper bound and no further', () => {
    const limit = create(250);
    raise(limit, 10_000);
    expect(limit.calls).toBe(256);
  });

  test('a tenant limit does not rise while less than half of it is used', () => {
    const limit = create(10);
    raise(limit, 100, 4);
    expect(limit.calls).toBe(10);
    raise(limit, 100, 5);
    expect(limit.calls).toBeGreaterThan(10);
  });

  test('a tenant limit falls by three tenths', () => {
    const limit = create(100);
    limit.lower(limit.round);
    expect(limit.calls).toBe(70);
  });

  test('a tenant limit falls once for all calls that were pending at the same time', () => {
    const limit = create(100);
    const { round } = limit;
    for (let call = 0; call < 50; call += 1) limit.lower(round);
    expect(limit.calls).toBe(70);
    limit.lower(limit.round);
    expect(limit.calls).toBe(49);
  });

  test('a tenant limit falls to its lower bound and no further, and rises from there', () => {
    const limit = create(100);
    for (let time = 0; time < 20; time += 1) limit.lower(limit.round);
    expect(limit.calls).toBe(4);
    raise(limit, 5);
    expect(limit.calls).toBe(5);
  });
});
