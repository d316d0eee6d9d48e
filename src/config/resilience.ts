import { z } from 'zod';
import { formerGuardNames, type Guard, guards } from '../upstream/resilience/pipeline.ts';
import type { ResilienceOptions } from '../upstream/resilience-stack.ts';
import { described, storeBytes, wholeNumber } from './variable-types.ts';

const times = /^(\d{1,8})\/(\d{1,8})\/(\d{1,8})$/;

/** Three times in ms: how long an answer is fresh, how long it is served while it is refreshed, and how long while the upstream fails. */
const cacheTimes = z
  .string()
  .regex(
    times,
    'is three times in milliseconds, like 5000/15000/300000: fresh, while it is refreshed, while the upstream fails',
  )
  .transform((value) => {
    const [freshMs = 0, staleMs = 0, errorMs = 0] = value.split('/').map(Number);
    return { freshMs, staleMs, errorMs };
  });

/** The variables of the resilience stack and of the cache. */
export const resilienceVariables = {
  TRY_TIMEOUT_MS: described(wholeNumber(50, 120_000), 'is milliseconds from 50 to 120000').optional(),
  UPSTREAM_CONNECTIONS: described(wholeNumber(1, 10_000), 'is a whole number from 1 to 10000').default(256),
  QUEUE_MAX: described(wholeNumber(0, 100_000), 'is a whole number from 0 to 100000').default(10_000),
  QUEUE_WAIT_MS: described(wholeNumber(0, 120_000), 'is milliseconds from 0 to 120000').default(5_000),
  CACHE_BYTES: described(
    z.union([z.literal('0').transform(Number), storeBytes]),
    'is 0, or bytes from 1048576 (1 MiB) to 1099511627776 (1 TiB)',
  ).default(64 * 2 ** 20),
  CACHE_CONTACT: cacheTimes.default({ freshMs: 5_000, staleMs: 15_000, errorMs: 300_000 }),
  CACHE_EVENTS: cacheTimes.default({ freshMs: 10_000, staleMs: 30_000, errorMs: 300_000 }),
  CACHE_DEVICES: cacheTimes.default({ freshMs: 10_000, staleMs: 30_000, errorMs: 300_000 }),
  CACHE_ACCOUNTINGS: cacheTimes.default({ freshMs: 10_000, staleMs: 30_000, errorMs: 300_000 }),
  CACHE_SETTINGS: cacheTimes.default({ freshMs: 300_000, staleMs: 600_000, errorMs: 3_600_000 }),
  CACHE_ABSENT_MS: described(wholeNumber(0, 3_600_000), 'is milliseconds from 0 to 3600000').default(2_000),
  SLOW_OPERATION_MS: described(wholeNumber(0, 3_600_000), 'is milliseconds from 0 to 3600000').default(2_000),
  SWITCHED_OFF: z.string().transform(toGuards).default([]),
};

type ResilienceVariables = z.output<z.ZodObject<typeof resilienceVariables>>;

function toGuards(value: string, context: z.RefinementCtx): readonly Guard[] {
  const names = value.split(',').map((name) => {
    const trimmed = name.trim();
    return Object.hasOwn(formerGuardNames, trimmed) ? formerGuardNames[trimmed] : trimmed;
  });
  const selected = guards.filter((guard) => names.includes(guard));
  if (selected.length === new Set(names).size) return selected;
  context.addIssue({ code: 'custom', message: `is some of ${guards.join(', ')}, with commas` });
  return z.NEVER;
}

/** @param operationDeadlineMs the deadline of an operation, which limits the default time-out of an attempt */
export function toResilienceConfig(given: ResilienceVariables, operationDeadlineMs: number): ResilienceOptions {
  const absentMs = given.CACHE_ABSENT_MS;
  // That an organization lacks an app, or the upstream a call, changes as rarely as the settings themselves.
  const settings = { ...given.CACHE_SETTINGS, absentMs: given.CACHE_SETTINGS.freshMs };
  return {
    off: given.SWITCHED_OFF,
    // Two attempts fit into an operation: an attempt that ends with its operation says nothing about the upstream's health.
    tryTimeoutMs: given.TRY_TIMEOUT_MS ?? Math.min(3_000, operationDeadlineMs * 0.4),
    connections: given.UPSTREAM_CONNECTIONS,
    queueMax: given.QUEUE_MAX,
    queueWaitMs: given.QUEUE_WAIT_MS,
    slowOperationMs: given.SLOW_OPERATION_MS,
    cacheBytes: given.CACHE_BYTES,
    cacheRules: {
      contact: { ...given.CACHE_CONTACT, absentMs },
      events: { ...given.CACHE_EVENTS, absentMs },
      devices: { ...given.CACHE_DEVICES, absentMs },
      accountings: { ...given.CACHE_ACCOUNTINGS, absentMs },
      organizationPolicies: settings,
      appSettings: settings,
      // Searches are not cached: any write to any contact may change their result.
    },
  };
}
