import { z } from 'zod';
import type { CachePolicy } from '../upstream/cache/policy.ts';
import { type Guard, guards } from '../upstream/resilience/pipeline.ts';
import type { EnvironmentVariables } from './environment.ts';

/** How the gateway behaves towards an upstream that is slow, full or down; docs/resilience.md has the defaults and why. */
export type ResilienceConfig = {
  /** Guards that are left out. */
  readonly off: readonly Guard[];
  readonly tryTimeoutMs: number;
  /** Sockets to the upstream, and with that calls under way at most. */
  readonly connections: number;
  /** Calls that may wait for one of them, of all tenants, and how long. */
  readonly queueMax: number;
  readonly queueWaitMs: number;
  /** Memory for answers; none are kept where it is 0. */
  readonly cacheBytes: number;
  readonly cacheRules: CachePolicy;
};

/** What a list of guards is in words, for an error. */
export const guardListRule = `is some of ${guards.join(', ')}, with commas`;

/** @returns undefined for a list with something else in it */
export function parseGuards(value: string): readonly Guard[] | undefined {
  const named = value.split(',').map((name) => name.trim());
  const known = guards.filter((guard) => named.includes(guard));
  return known.length === new Set(named).size ? known : undefined;
}

const times = /^(\d{1,8})\/(\d{1,8})\/(\d{1,8})$/;

/** Three times in ms: how long an answer is fresh, how long after that it serves while it is read anew, and while the upstream fails. */
export const cacheTimes = z
  .string()
  .regex(
    times,
    'is three times in milliseconds, like 5000/15000/300000: fresh, while it is read anew, while the upstream fails',
  )
  .transform((value) => {
    const [freshMs = 0, staleMs = 0, errorMs = 0] = value.split('/').map(Number);
    return { freshMs, staleMs, errorMs };
  });

export function toResilienceConfig(given: EnvironmentVariables): ResilienceConfig {
  const absentMs = given.CACHE_ABSENT_MS;
  return {
    off: given.SWITCHED_OFF,
    // Two tries fit into an operation. One that its operation cuts short tells nobody whether the upstream is alive.
    tryTimeoutMs: given.TRY_TIMEOUT_MS ?? Math.min(3_000, given.OPERATION_DEADLINE_MS * 0.4),
    connections: given.UPSTREAM_CONNECTIONS,
    queueMax: given.QUEUE_MAX,
    queueWaitMs: given.QUEUE_WAIT_MS,
    cacheBytes: given.CACHE_BYTES,
    cacheRules: {
      contact: { ...given.CACHE_CONTACT, absentMs },
      events: { ...given.CACHE_EVENTS, absentMs },
      devices: { ...given.CACHE_DEVICES, absentMs },
      accountings: { ...given.CACHE_ACCOUNTINGS, absentMs },
      // None for searches: any write to any contact may change what they find.
    },
  };
}
