import { z } from 'zod';
import { Secret } from '../crypto/secret.ts';
import { idPattern } from '../id.ts';
import { addressForms, parseValkeyAddress } from '../valkey/address.ts';
import { acceleratorList } from './accelerators.ts';
import { callLimitVariables } from './call-limits.ts';
import { defaultClientLimits } from './client-limits.ts';
import { toEncryptionKeys } from './cursor-keys.ts';
import { documentVariables } from './documents.ts';
import { httpVariables } from './http.ts';
import { jwtVariables } from './jwt.ts';
import { metricsVariables } from './metrics.ts';
import { hostName } from './organizations.ts';
import { proxyVariables } from './proxy.ts';
import { resilienceVariables } from './resilience.ts';
import { sessionVariables } from './session.ts';
import { tracingVariables } from './tracing.ts';
import { described, isAddress, storeBytes, trueOrFalse, wholeNumber } from './variable-types.ts';
import { workerVariables } from './workers.ts';

/** The default of `MAX_RESPONSE_BYTES`. */
export const defaultMaxResponseBytes = 16 * 2 ** 20;

/** The schema of all environment variables. The message of each says in words which values are allowed. */
export const environmentSchema = z.object({
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is a host name or an address')
    .default('127.0.0.1'),
  PORT: described(wholeNumber(0, 65_535), 'is a whole number from 0 to 65535').default(4000),
  REUSE_PORT: trueOrFalse.optional(),
  ...workerVariables,
  ...httpVariables,
  AUTH_MODE: described(z.enum(['demo', 'passthrough', 'jwt']), 'is demo, passthrough or jwt').optional(),
  UPSTREAM_URL: z
    .string()
    .refine(
      isBaseUrl,
      'is an https address without a query, like https://explore.cloud4wi.com (http only for loopback)',
    )
    .transform((url) => new URL(url).href.replace(/\/$/, ''))
    .optional(),
  DNS_TTL_MS: described(wholeNumber(100, 3_600_000), 'is milliseconds from 100 to 3600000').default(60_000),
  ...proxyVariables,
  UPSTREAM_CLIENT_KEY: z.string().max(256, 'is at most 256 characters long').optional(),
  UPSTREAM_CLIENT_SECRET: z
    .string()
    .transform((value) => new Secret(value))
    .optional(),
  ORGANIZATION_ID: z.string().regex(idPattern, 'is 1 to 128 letters, digits, "-" or "_"').optional(),
  ORGANIZATIONS_FILE: z.string().optional(),
  WIFI_SERVER_DOMAIN: hostName.optional(),
  ...jwtVariables,
  MAX_CONNECTIONS: described(wholeNumber(1, 1_000_000), 'is a whole number from 1 to 1000000').default(
    defaultClientLimits.maxConnections,
  ),
  WRITE_TIMEOUT_MS: described(wholeNumber(1_000, 600_000), 'is milliseconds from 1000 to 600000').default(
    defaultClientLimits.writeTimeoutMs,
  ),
  DRAIN_DELAY_MS: described(wholeNumber(0, 300_000), 'is milliseconds from 0 to 300000').optional(),
  GRACE_MS: described(wholeNumber(0, 300_000), 'is milliseconds from 0 to 300000').default(8_000),
  MAX_BODIES_BYTES: storeBytes.default(defaultClientLimits.maxBodiesBytes),
  MAX_UNSENT_BYTES: storeBytes.default(defaultClientLimits.maxUnsentBytes),
  OPERATION_DEADLINE_MS: described(wholeNumber(100, 120_000), 'is milliseconds from 100 to 120000').default(10_000),
  ...callLimitVariables,
  MAX_PAGE_SIZE: described(wholeNumber(20, 10_000), 'is a whole number from 20 to 10000').default(1_000),
  MAX_UPSTREAM_CALLS: described(wholeNumber(1, 1_000_000), 'is a whole number from 1 to 1000000').default(500),
  MAX_RESPONSE_FIELDS: described(wholeNumber(1_000, 100_000_000), 'is a whole number from 1000 to 100000000').default(
    500_000,
  ),
  MAX_RESPONSE_BYTES: described(
    wholeNumber(65_536, 2 ** 28),
    'is bytes from 65536 (64 KiB) to 268435456 (256 MiB)',
  ).default(defaultMaxResponseBytes),
  CURSOR_KEYS: z.string().transform(toEncryptionKeys).optional(),
  ...sessionVariables,
  CURSOR_REREAD_MAX: described(wholeNumber(0, 1_000_000), 'is a whole number from 0 to 1000000').default(20_000),
  READ_AHEAD_ROWS: described(wholeNumber(1, 1_000_000), 'is a whole number from 1 to 1000000').default(500),
  SCROLL_STORE_BYTES: storeBytes.default(64 * 2 ** 20),
  ...resilienceVariables,
  ...documentVariables,
  ACCELERATORS: acceleratorList.prefault('all'),
  EXPLAIN: trueOrFalse.optional(),
  IDEMPOTENCY_STORE_BYTES: storeBytes.default(32 * 2 ** 20),
  VALKEY_URL: z
    .string()
    .refine((text) => parseValkeyAddress(text) !== undefined, addressForms)
    .transform((value) => new Secret(value))
    .optional(),
  PUBLIC_SCHEMA: trueOrFalse.optional(),
  WARM_UP: trueOrFalse.optional(),
  NODE_ENV: z.string().optional(),
  ...metricsVariables,
  ...tracingVariables,
  LOG_LEVEL: described(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'is fatal, error, warn, info, debug, trace or silent',
  ).default('info'),
});

/** The names of all variables. */
export const variableNames = Object.keys(environmentSchema.shape);

/** The environment variables, each valid by itself. */
export type EnvironmentVariables = z.output<typeof environmentSchema>;

/** A path has plain segments only, so that the path of a call cannot leave it and is never joined by two slashes. */
function isBaseUrl(value: string): boolean {
  return isAddress(value) && /^https?:\/\/[^/?#\\@]+(?:\/[\w~-][\w.~-]*)*\/?$/i.test(value);
}
