import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemsOf } from './config.ts';

/** A new folder for the files of a test. */
export const folder = mkdtempSync(join(tmpdir(), 'contactgraph-settings-'));
const organizationsFile = join(folder, 'organizations.json');
writeFileSync(organizationsFile, JSON.stringify({ organizations: [{ cid: 'org' }] }));

const key = Buffer.alloc(32, 7).toString('base64');
const live = { UPSTREAM_URL: 'https://upstream.example' };
const jwt = {
  ...{ AUTH_MODE: 'jwt', ...live, ORGANIZATION_ID: 'org', UPSTREAM_CLIENT_KEY: 'k', UPSTREAM_CLIENT_SECRET: 's' },
  ...{ JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'api' },
};
const session = {
  ...live,
  ORGANIZATION_ID: 'org',
  UPSTREAM_CLIENT_KEY: 'k',
  UPSTREAM_CLIENT_SECRET: 's',
  SESSION_KEYS: key,
};

const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** A valid environment for each variable that cannot stand alone or whose value is no number or switch. */
const examples: Record<string, Record<string, string>> = {
  HOST: { HOST: '127.0.0.1' },
  AUTH_MODE: { ...live, AUTH_MODE: 'passthrough' },
  UPSTREAM_URL: live,
  ...Object.fromEntries(proxyNames.map((name) => [name, { [name]: 'http://name:password@proxy.example:3128' }])),
  NO_PROXY: { HTTPS_PROXY: 'http://proxy.example', NO_PROXY: 'localhost,.svc' },
  no_proxy: { HTTPS_PROXY: 'http://proxy.example', no_proxy: 'localhost,.svc' },
  WIFI_SERVER_DOMAIN: { WIFI_SERVER_DOMAIN: 'get.securewifi.io' },
  UPSTREAM_CLIENT_KEY: jwt,
  UPSTREAM_CLIENT_SECRET: jwt,
  ORGANIZATION_ID: { ORGANIZATION_ID: 'org' },
  ORGANIZATIONS_FILE: { ORGANIZATIONS_FILE: organizationsFile },
  JWT_ISSUER: jwt,
  JWT_AUDIENCE: jwt,
  JWT_ALGORITHMS: { ...jwt, JWT_ALGORITHMS: 'RS256,ES256' },
  JWT_SCOPE_MAP: { ...jwt, JWT_SCOPE_MAP: 'support=customer_read' },
  JWKS_URL: { ...jwt, JWKS_URL: 'https://issuer.example/keys' },
  JWKS_MAX_STALE_MS: { ...jwt, JWKS_MAX_STALE_MS: '60000' },
  SESSION_KEYS: session,
  SESSION_TTL_MS: { ...session, SESSION_TTL_MS: '60000' },
  SESSION_MAX_MS: { ...session, SESSION_MAX_MS: '43200000' },
  SESSION_ATTEMPTS_PER_USERNAME: { ...session, SESSION_ATTEMPTS_PER_USERNAME: '5' },
  SESSION_ATTEMPTS_PER_CALLER: { ...session, SESSION_ATTEMPTS_PER_CALLER: '50' },
  SESSION_TOKEN_ATTEMPTS_PER_CALLER: { ...session, SESSION_TOKEN_ATTEMPTS_PER_CALLER: '50' },
  SESSION_ATTEMPTS_WINDOW_MS: { ...session, SESSION_ATTEMPTS_WINDOW_MS: '60000' },
  SESSION_MAY_DELETE: { ...session, SESSION_MAY_DELETE: 'true' },
  CURSOR_KEYS: { CURSOR_KEYS: `${key},${key}` },
  CORS_ORIGINS: { CORS_ORIGINS: 'https://app.example,http://localhost:3000' },
  MAX_BATCH: { MAX_BATCH: '10' },
  BASE_PATH: { BASE_PATH: '/api/contacts' },
  TRUSTED_PROXIES: { TRUSTED_PROXIES: 'loopback,10.0.0.0/8' },
  CURSOR_REREAD_MAX: { CURSOR_REREAD_MAX: '100' },
  MAX_UNSENT_BYTES: { MAX_UNSENT_BYTES: '50331648' },
  SWITCHED_OFF: { SWITCHED_OFF: 'cache,retry' },
  DOCUMENTS_FILE: { DOCUMENTS_FILE: 'documents.json' },
  DOCUMENTS_MODE: { DOCUMENTS_FILE: 'documents.json', DOCUMENTS_MODE: 'log' },
  ACCELERATORS: { ACCELERATORS: 'prefetch,fast-path' },
  WORKERS: { ...live, WORKERS: 'auto', VALKEY_URL: 'redis://valkey', CURSOR_KEYS: key },
  VALKEY_URL: { VALKEY_URL: 'redis://valkey:6379/3', CURSOR_KEYS: key },
  NODE_ENV: { NODE_ENV: 'production' },
  LOG_LEVEL: { LOG_LEVEL: 'warn' },
  OTEL_EXPORTER_OTLP_ENDPOINT: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
  OTEL_EXPORTER_OTLP_HEADERS: { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=canary' },
  OTEL_RESOURCE_ATTRIBUTES: { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging' },
  OTEL_TRACES_SAMPLER: { OTEL_TRACES_SAMPLER: 'traceidratio' },
  OTEL_TRACES_SAMPLER_ARG: { OTEL_TRACES_SAMPLER_ARG: '0.1' },
  TRACE_CONTEXT_FROM: { TRACE_CONTEXT_FROM: 'loopback,10.0.0.0/8' },
};

/** Returns a valid environment that has the variable. @throws Error if the table above needs an entry for it */
export function exampleOf(name: string): Record<string, string> {
  const base = name.startsWith('JWT_') ? jwt : {};
  const values = ['true', '1000', '60000', '2097152', '1000/2000/3000', 'some-claim'];
  const found =
    examples[name] ?? values.map((value) => ({ ...base, [name]: value })).find((env) => problemsOf(env).length === 0);
  if (found === undefined) throw new Error(`The test has no valid value for ${name}.`);
  return found;
}

/** Variables that common environments set and that the gateway does not read. */
export const commonVariables = `
  PATH HOME HOSTNAME HOSTTYPE USER LANG TERM
  PWD SHELL SHLVL TZ EDITOR LOGNAME NODE_OPTIONS
  NODE_VERSION NODE_PATH NODE_EXTRA_CA_CERTS NODE_COMPILE_CACHE YARN_VERSION FTP_PROXY ftp_proxy
  ALL_PROXY all_proxy npm_config_cache npm_lifecycle_event CI POSTGRES_URL PS1 KUBERNETES_SERVICE_HOST
  KUBERNETES_PORT VALKEY_SERVICE_HOST VALKEY_PORT_6379_TCP_ADDR VALKEY_PORT XDG_SESSION_ID SESSION_MANAGER DBUS_SESSION_BUS_ADDRESS
  SSH_AUTH_SOCK COLORTERM MAIL OLDPWD
`
  .trim()
  .split(/\s+/);
