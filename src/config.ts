import { z } from 'zod';
import { idPattern } from './id.ts';
import { type Organization, readOrganizations } from './organizations.ts';
import { Secret } from './secret.ts';

/** All that the process can be told from outside; frozen. Secrets cannot be printed. */
export type Config = Readonly<{
  host: string;
  port: number;
  mode: 'demo' | 'passthrough';
  /** The origin of the upstream; none in demo mode, which embeds the emulator. */
  upstreamUrl: string | undefined;
  /** The gateway's own, from the environment or of the organization in the organizations file. */
  credential: Organization['credential'];
  /** Whose contacts are served when the caller's token does not name an organization. */
  organizationId: string | undefined;
  organizations: ReadonlyMap<string, Organization>;
  /** Introspection, suggestions and GraphiQL. */
  publicSchema: boolean;
  operationDeadlineMs: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}>;

/** The configuration is wrong: `problems` has one sentence for each, and no value that may be secret. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}.`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const demoOrganizations = new URL('../examples/organizations.json', import.meta.url);

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

/** Each variable with what it may be, in words: the text of its error. */
const environment = z.object({
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is a host name or an address')
    .default('127.0.0.1'),
  PORT: described(wholeNumber(0, 65_535), 'is a whole number from 0 to 65535').default(4000),
  AUTH_MODE: described(z.enum(['demo', 'passthrough']), 'is demo or passthrough').optional(),
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
  OPERATION_DEADLINE_MS: described(wholeNumber(100, 120_000), 'is milliseconds from 100 to 120000').default(10_000),
  PUBLIC_SCHEMA: described(z.enum(['true', 'false']), 'is true or false').optional(),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: described(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'is fatal, error, warn, info, debug, trace or silent',
  ).default('info'),
});

type Environment = z.output<typeof environment>;

/**
 * Reads the configuration from the environment; an empty variable counts as unset.
 *
 * @throws {ConfigError} with every problem at once
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const result = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  const problems = result.success
    ? contradictions(result.data)
    : result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
  const file = env['ORGANIZATIONS_FILE'] || (env['UPSTREAM_URL'] ? undefined : demoOrganizations);
  const organizations = file === undefined ? { organizations: new Map() } : readOrganizations(file);
  if ('problems' in organizations) {
    problems.push(...organizations.problems.map((problem) => `ORGANIZATIONS_FILE: ${problem}.`));
  }
  if (!result.success || 'problems' in organizations || problems.length > 0) throw new ConfigError(problems);

  const given = result.data;
  const { UPSTREAM_CLIENT_KEY: clientKey, UPSTREAM_CLIENT_SECRET: clientSecret } = given;
  return Object.freeze({
    host: given.HOST,
    port: given.PORT,
    mode: given.UPSTREAM_URL === undefined ? 'demo' : 'passthrough',
    upstreamUrl: given.UPSTREAM_URL,
    credential:
      clientKey === undefined || clientSecret === undefined
        ? organizations.organizations.get(given.ORGANIZATION_ID ?? '')?.credential
        : { clientKey, clientSecret },
    organizationId: given.ORGANIZATION_ID,
    organizations: organizations.organizations,
    publicSchema: given.PUBLIC_SCHEMA === undefined ? given.NODE_ENV !== 'production' : given.PUBLIC_SCHEMA === 'true',
    operationDeadlineMs: given.OPERATION_DEADLINE_MS,
    logLevel: given.LOG_LEVEL,
  });
}

/** What is wrong although each variable alone is right. */
function contradictions(given: Environment): string[] {
  const problems: string[] = [];
  if (given.AUTH_MODE === 'demo' && given.UPSTREAM_URL !== undefined) {
    problems.push('AUTH_MODE demo serves the embedded emulator only: unset UPSTREAM_URL, or use passthrough.');
  }
  if (given.AUTH_MODE === 'passthrough' && given.UPSTREAM_URL === undefined) {
    problems.push('AUTH_MODE passthrough needs an UPSTREAM_URL.');
  }
  if ((given.UPSTREAM_CLIENT_KEY === undefined) !== (given.UPSTREAM_CLIENT_SECRET === undefined)) {
    problems.push('UPSTREAM_CLIENT_KEY and UPSTREAM_CLIENT_SECRET go together: one of them is missing.');
  }
  return problems;
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
  if (url === null || url.pathname !== '/' || url.search !== '' || url.username !== '' || url.password !== '')
    return false;
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback);
}
