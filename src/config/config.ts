import type { CallLimits } from '../call-budget/call-budget.ts';
import type { Secret } from '../crypto/secret.ts';
import type { TracingConfig } from '../tracing/tracing.ts';
import type { ProxyConfig } from '../upstream/client/proxy.ts';
import type { ResilienceOptions } from '../upstream/resilience-stack.ts';
import type { Accelerator } from './accelerators.ts';
import { toCallLimits } from './call-limits.ts';
import type { ClientLimits } from './client-limits.ts';
import { ConfigError } from './config-error.ts';
import { findContradictions } from './contradictions.ts';
import { type DocumentsConfig, findDocumentConfigProblems, toDocumentsConfig } from './documents.ts';
import { type EnvironmentVariables, environmentSchema } from './environment.ts';
import { findExtraCertificateProblems } from './extra-certificates.ts';
import { type HttpConfig, toHttpConfig } from './http.ts';
import { findJwtConfigProblems, type JwtConfig, toJwtConfig } from './jwt.ts';
import { type MetricsConfig, toMetricsConfig } from './metrics.ts';
import { type Organization, readOrganizations } from './organizations.ts';
import { toProxyConfig } from './proxy.ts';
import { toResilienceConfig } from './resilience.ts';
import { findSessionConfigProblems, type SessionConfig, toSessionConfig } from './session.ts';
import { cleanSettings, findValueProblems } from './settings.ts';
import { toTracingConfig } from './tracing.ts';
import { toWorkerCount } from './workers.ts';

/** The configuration of the process: frozen, with secrets that cannot be printed. */
export type Config = Readonly<{
  host: string;
  port: number;
  /** Whether other processes may listen on the same port. */
  reusePort: boolean;
  /** How many processes serve requests; 1 is this process only. */
  workers: number;
  clientLimits: ClientLimits;
  http: HttpConfig;
  mode: 'demo' | 'passthrough' | 'jwt';
  /** The time after which a socket to the upstream is replaced, in ms. */
  dnsTtlMs: number;
  /** The origin and base path of the upstream; undefined in demo mode, which embeds the emulator. */
  upstreamUrl: string | undefined;
  /** The HTTP proxy of calls to the upstream and to the issuer of access tokens. */
  proxy: ProxyConfig | undefined;
  /** The gateway's own credential, from the environment or from the organizations file. */
  credential: Organization['credential'];
  /** The organization of callers whose token names none. */
  organizationId: string | undefined;
  organizations: ReadonlyMap<string, Organization>;
  /** The domain of the certificate of the WiFi's server, for organizations that name none of their own. */
  wifiServerDomain: string | undefined;
  /** The client keys with which the gateway logs in, by organization id. That of `credential` is not among them if no organization is configured. */
  clientKeys: ReadonlyMap<string, NonNullable<Organization['credential']>>;
  /** Set in JWT mode only. */
  jwt: JwtConfig | undefined;
  session: SessionConfig;
  documents: DocumentsConfig;
  /** Whether introspection, suggestions and GraphiQL are available. */
  publicSchema: boolean;
  /** Whether the process warms up before it listens. */
  warmUp: boolean;
  /** Whether a request may ask for an explanation of its upstream calls. */
  explain: boolean;
  /** The accelerators that are switched on. */
  accelerators: ReadonlySet<Accelerator>;
  /** How long new connections are accepted after a signal to stop, in ms. */
  drainDelayMs: number;
  /** How long pending requests may continue when no more connections are accepted, in ms. */
  graceMs: number;
  operationDeadlineMs: number;
  /** How many upstream calls one caller may cause over time. */
  callLimits: CallLimits;
  resilience: ResilienceOptions;
  /** The maximum number of rows in a page. */
  maxPageSize: number;
  /** The maximum number of upstream calls that one operation may ask for. */
  maxUpstreamCalls: number;
  /** The maximum number of fields and list items in a response. */
  maxResponseFields: number;
  /** The maximum size of a response's data as JSON, in bytes. */
  maxResponseBytes: number;
  /** Encryption keys in base64: the first encrypts cursors, all decrypt. Without any, a key is generated at the start. */
  cursorKeys: readonly Secret[];
  /** The maximum number of rows that are read again to find a cursor in an order that is not by time. */
  cursorRereadMax: number;
  readAheadRows: number;
  scrollStoreBytes: number;
  idempotencyStoreBytes: number;
  /** The address of the Valkey that replicas share; it may contain a password. */
  valkeyUrl: Secret | undefined;
  /** Undefined where nothing is measured. */
  metrics: MetricsConfig | undefined;
  /** What makes traces, and which are continued. */
  tracing: TracingConfig;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}>;

export { ConfigError };

const demoOrganizations = new URL('../../examples/organizations.json', import.meta.url);

/**
 * Reads the configuration from the environment and from the files of secrets that it names. A variable counts as unset when
 * nothing but white space is in it.
 *
 * @throws {ConfigError} with every problem at once
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const { values: set, problems: fileProblems } = cleanSettings(env);
  const result = environmentSchema.safeParse(set);
  const problems = [...fileProblems, ...findValueProblems(set, result.error?.issues ?? [])];
  // Contradictions can only be found with all values: a variable whose file cannot be read is not the same as one that is not set.
  if (fileProblems.length > 0) throw new ConfigError(problems);
  problems.push(...findContradictions(set), ...findExtraCertificateProblems(env['NODE_EXTRA_CA_CERTS']));
  const file = set['ORGANIZATIONS_FILE'] ?? (set['UPSTREAM_URL'] ? undefined : demoOrganizations);
  const organizations = file === undefined ? { organizations: new Map() } : readOrganizations(file);
  if ('problems' in organizations) {
    problems.push(...organizations.problems.map((problem) => `ORGANIZATIONS_FILE: ${problem}.`));
  }
  const clientKeys = 'problems' in organizations ? undefined : clientKeysOf(organizations.organizations);
  const hasKey = set['UPSTREAM_CLIENT_KEY'] !== undefined || clientKeys?.size !== 0;
  problems.push(...findJwtConfigProblems(set, hasKey), ...findSessionConfigProblems(set, hasKey));
  problems.push(...findDocumentConfigProblems(set));
  if (!result.success || 'problems' in organizations || problems.length > 0) throw new ConfigError(problems);

  const given = result.data;
  const credential = ownCredential(given) ?? clientKeys?.get(given.ORGANIZATION_ID ?? '');
  if (given.ORGANIZATION_ID !== undefined && credential !== undefined) {
    clientKeys?.set(given.ORGANIZATION_ID, credential);
  }
  return Object.freeze({
    host: given.HOST,
    port: given.PORT,
    ...{ reusePort: given.REUSE_PORT === 'true', workers: toWorkerCount(given.WORKERS) },
    clientLimits: {
      maxConnections: given.MAX_CONNECTIONS,
      writeTimeoutMs: given.WRITE_TIMEOUT_MS,
      maxBodiesBytes: given.MAX_BODIES_BYTES,
      maxUnsentBytes: given.MAX_UNSENT_BYTES,
    },
    http: toHttpConfig(given),
    mode: given.AUTH_MODE ?? (given.UPSTREAM_URL === undefined ? 'demo' : 'passthrough'),
    ...{ upstreamUrl: given.UPSTREAM_URL, dnsTtlMs: given.DNS_TTL_MS },
    proxy: toProxyConfig(given),
    credential,
    organizationId: given.ORGANIZATION_ID,
    organizations: organizations.organizations,
    wifiServerDomain: given.WIFI_SERVER_DOMAIN,
    clientKeys: clientKeys ?? new Map(),
    jwt: given.AUTH_MODE === 'jwt' ? toJwtConfig(given) : undefined,
    session: toSessionConfig(given),
    documents: toDocumentsConfig(given),
    publicSchema: given.DOCUMENTS_MODE !== 'only' && isOn(given.PUBLIC_SCHEMA, given),
    warmUp: given.WARM_UP === undefined ? given.NODE_ENV === 'production' : given.WARM_UP === 'true',
    explain: isOn(given.EXPLAIN, given),
    accelerators: given.ACCELERATORS,
    drainDelayMs: given.DRAIN_DELAY_MS ?? (given.NODE_ENV === 'production' ? 5_000 : 0),
    graceMs: given.GRACE_MS,
    operationDeadlineMs: given.OPERATION_DEADLINE_MS,
    callLimits: toCallLimits(given, given.MAX_UPSTREAM_CALLS),
    resilience: toResilienceConfig(given, given.OPERATION_DEADLINE_MS),
    maxPageSize: given.MAX_PAGE_SIZE,
    maxUpstreamCalls: given.MAX_UPSTREAM_CALLS,
    maxResponseFields: given.MAX_RESPONSE_FIELDS,
    maxResponseBytes: given.MAX_RESPONSE_BYTES,
    cursorKeys: given.CURSOR_KEYS ?? [],
    cursorRereadMax: given.CURSOR_REREAD_MAX,
    readAheadRows: given.READ_AHEAD_ROWS,
    scrollStoreBytes: given.SCROLL_STORE_BYTES,
    idempotencyStoreBytes: given.IDEMPOTENCY_STORE_BYTES,
    valkeyUrl: given.VALKEY_URL,
    metrics: toMetricsConfig(given),
    tracing: toTracingConfig(given),
    logLevel: given.LOG_LEVEL,
  });
}

/** The value of a setting for development, which is on by default except in production. */
function isOn(given: 'true' | 'false' | undefined, { NODE_ENV }: EnvironmentVariables): boolean {
  return given === undefined ? NODE_ENV !== 'production' : given === 'true';
}

function clientKeysOf(organizations: ReadonlyMap<string, Organization>) {
  const keys = new Map<string, NonNullable<Organization['credential']>>();
  for (const [cid, { credential }] of organizations) if (credential !== undefined) keys.set(cid, credential);
  return keys;
}

function ownCredential(given: EnvironmentVariables): Organization['credential'] {
  const { UPSTREAM_CLIENT_KEY: clientKey, UPSTREAM_CLIENT_SECRET: clientSecret } = given;
  return clientKey === undefined || clientSecret === undefined ? undefined : { clientKey, clientSecret };
}
