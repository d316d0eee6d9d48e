import { z } from 'zod';
import { algorithms } from '../auth/jwt.ts';
import { Secret } from '../crypto/secret.ts';
import { idPattern } from '../id.ts';
import type { Guard } from '../upstream/resilience/pipeline.ts';
import { acceleratorList } from './accelerators.ts';
import { defaultClientLimits } from './client-limits.ts';
import { parseEncryptionKeys } from './cursor-keys.ts';
import { parseAlgorithms, parseList } from './jwt.ts';
import { cacheTimes, guardListRule, parseGuards } from './resilience.ts';
import { defaultMaxMs, defaultTtlMs } from './session.ts';

const storeBytes = described(wholeNumber(2 ** 20, 2 ** 40), 'is bytes from 1048576 (1 MiB) to 1099511627776 (1 TiB)');
const claimName = z
  .string()
  .regex(/^[\x21-\x7e]{1,256}$/, 'is the name of a claim, 1 to 256 characters without spaces');
const anAddress = 'is an https address (http only for loopback)';

/** Of `MAX_RESPONSE_BYTES`. */
export const defaultMaxResponseBytes = 16 * 2 ** 20;

/** Each variable with what it may be, in words: the text of its error. */
export const environmentSchema = z.object({
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is a host name or an address')
    .default('127.0.0.1'),
  PORT: described(wholeNumber(0, 65_535), 'is a whole number from 0 to 65535').default(4000),
  REUSE_PORT: described(z.enum(['true', 'false']), 'is true or false').optional(),
  AUTH_MODE: described(z.enum(['demo', 'passthrough', 'jwt']), 'is demo, passthrough or jwt').optional(),
  UPSTREAM_URL: z
    .string()
    .refine(isOrigin, 'is an https origin without a path, like https://explore.cloud4wi.com (http only for loopback)')
    .transform((url) => new URL(url).origin)
    .optional(),
  UPSTREAM_CLIENT_KEY: z.string().max(256, 'is at most 256 characters long').optional(),
  UPSTREAM_CLIENT_SECRET: z
    .string()
    .transform((value) => new Secret(value))
    .optional(),
  ORGANIZATION_ID: z.string().regex(idPattern, 'is 1 to 128 letters, digits, "-" or "_"').optional(),
  ORGANIZATIONS_FILE: z.string().optional(),
  JWT_ISSUER: z
    .string()
    .refine((value) => isAddress(value) && !value.includes('?'), `${anAddress} without a query, as in the claim iss`)
    .optional(),
  JWT_AUDIENCE: z
    .string()
    .regex(/^[^,\s]{1,256}( *, *[^,\s]{1,256})*$/, 'is 1 to 256 characters without spaces, several with commas')
    .transform(parseList)
    .optional(),
  JWT_ALGORITHMS: z.string().transform(toAlgorithms).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  JWT_ORGANIZATION_CLAIM: claimName.default('organization_id'),
  JWT_SCOPE_CLAIM: claimName.default('scope'),
  JWKS_URL: z.string().refine(isAddress, anAddress).optional(),
  JWKS_MAX_STALE_MS: described(
    wholeNumber(60_000, 604_800_000),
    'is milliseconds from 60000 to 604800000 (a week)',
  ).default(3_600_000),
  MAX_CONNECTIONS: described(wholeNumber(1, 1_000_000), 'is a whole number from 1 to 1000000').default(
    defaultClientLimits.maxConnections,
  ),
  WRITE_TIMEOUT_MS: described(wholeNumber(1_000, 600_000), 'is milliseconds from 1000 to 600000').default(
    defaultClientLimits.writeTimeoutMs,
  ),
  MAX_BODIES_BYTES: storeBytes.default(defaultClientLimits.maxBodiesBytes),
  MAX_UNSENT_BYTES: storeBytes.default(defaultClientLimits.maxUnsentBytes),
  OPERATION_DEADLINE_MS: described(wholeNumber(100, 120_000), 'is milliseconds from 100 to 120000').default(10_000),
  MAX_PAGE_SIZE: described(wholeNumber(1, 10_000), 'is a whole number from 1 to 10000').default(1_000),
  MAX_RESPONSE_FIELDS: described(wholeNumber(1_000, 100_000_000), 'is a whole number from 1000 to 100000000').default(
    500_000,
  ),
  MAX_RESPONSE_BYTES: described(
    wholeNumber(65_536, 2 ** 28),
    'is bytes from 65536 (64 KiB) to 268435456 (256 MiB)',
  ).default(defaultMaxResponseBytes),
  CURSOR_KEYS: z.string().transform(toCursorKeys).optional(),
  SESSION_KEYS: z.string().transform(toCursorKeys).optional(),
  SESSION_TTL_MS: described(wholeNumber(1_000, 3_600_000), 'is milliseconds from 1000 to 3600000 (an hour)').default(
    defaultTtlMs,
  ),
  SESSION_MAX_MS: described(
    wholeNumber(1_000, 2_592_000_000),
    'is milliseconds from 1000 to 2592000000 (30 days)',
  ).default(defaultMaxMs),
  SESSION_MAY_DELETE: described(z.enum(['true', 'false']), 'is true or false').optional(),
  CURSOR_REREAD_MAX: described(wholeNumber(0, 1_000_000), 'is a whole number from 0 to 1000000').default(20_000),
  READ_AHEAD_ROWS: described(wholeNumber(1, 1_000_000), 'is a whole number from 1 to 1000000').default(500),
  SCROLL_STORE_BYTES: storeBytes.default(64 * 2 ** 20),
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
  CACHE_ABSENT_MS: described(wholeNumber(0, 3_600_000), 'is milliseconds from 0 to 3600000').default(2_000),
  SWITCHED_OFF: z.string().transform(toGuards).default([]),
  ACCELERATORS: acceleratorList.prefault('all'),
  EXPLAIN: described(z.enum(['true', 'false']), 'is true or false').optional(),
  IDEMPOTENCY_STORE_BYTES: storeBytes.default(32 * 2 ** 20),
  VALKEY_URL: z
    .string()
    .refine(isValkey, 'is a redis:// or rediss:// address, like redis://:password@valkey:6379/0')
    .transform((value) => new Secret(value))
    .optional(),
  PUBLIC_SCHEMA: described(z.enum(['true', 'false']), 'is true or false').optional(),
  WARM_UP: described(z.enum(['true', 'false']), 'is true or false').optional(),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: described(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'is fatal, error, warn, info, debug, trace or silent',
  ).default('info'),
});

/** What the variables say, each right by itself. */
export type EnvironmentVariables = z.output<typeof environmentSchema>;

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

function described<T extends z.ZodType>(schema: T, rule: string) {
  return z.string().transform((value, context): z.output<T> => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return isAddress(value) && url?.pathname === '/' && url.search === '';
}

function isAddress(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== '' || url.password !== '' || value.includes('#')) return false;
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback);
}

function isValkey(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') return false;
  // The client would take options out of a query, against the time-outs that it is given here.
  return url.search === '' && url.hash === '' && /^(\/\d{0,3})?$/.test(url.pathname);
}

function toAlgorithms(value: string, context: z.RefinementCtx): readonly string[] {
  const parsed = parseAlgorithms(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: `is some of ${algorithms.join(', ')}, with commas` });
  return z.NEVER;
}

function toGuards(value: string, context: z.RefinementCtx): readonly Guard[] {
  const parsed = parseGuards(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: guardListRule });
  return z.NEVER;
}

function toCursorKeys(value: string, context: z.RefinementCtx): readonly Secret[] {
  const { keys, problems } = parseEncryptionKeys(value);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return keys;
}
