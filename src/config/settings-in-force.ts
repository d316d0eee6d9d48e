import { Secret } from '../crypto/secret.ts';
import { accelerators } from './accelerators.ts';
import { type Config, readConfig } from './config.ts';
import { type EnvironmentVariables, environmentSchema } from './environment.ts';
import { cleanSettings } from './settings.ts';

/** A variable of the gateway with the value that is in force. */
export type Setting = {
  readonly name: string;
  /** In the form of the environment, with `[secret]` for each secret; undefined for what is not set and has no default. */
  readonly value: string | undefined;
  /** `env-file` is a variable that was read from a file of variables, `secret-file` one whose value is in a file of its own. */
  readonly source: 'default' | 'variable' | 'env-file' | 'secret-file' | 'organizations-file';
};

/**
 * Returns the settings that are in force with an environment, in the order of the schema.
 *
 * @param fileVariables the names of the variables that a file of variables has set
 * @throws {ConfigError} with every problem at once
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  fileVariables: ReadonlySet<string>,
): readonly Setting[] {
  const config = readConfig(env);
  const { values: set, inFiles } = cleanSettings(env);
  const parsed = environmentSchema.parse(set);
  const conditional = conditionalDefaults(config);
  const names = Object.keys(environmentSchema.shape) as (keyof EnvironmentVariables)[];
  return names.map((name): Setting => {
    const [text, value] = [set[name], parsed[name]];
    if (text !== undefined) {
      const shown = holdsSecret(value) ? maskSecrets(value) : text;
      if (inFiles.has(name)) return { name, value: shown, source: 'secret-file' };
      return { name, value: shown, source: fileVariables.has(name) ? 'env-file' : 'variable' };
    }
    if (name === 'UPSTREAM_CLIENT_KEY' || name === 'UPSTREAM_CLIENT_SECRET') {
      const own = name === 'UPSTREAM_CLIENT_KEY' ? config.credential?.clientKey : config.credential?.clientSecret;
      if (own !== undefined) return { name, value: String(own), source: 'organizations-file' };
    }
    return { name, value: conditional[name]?.toString() ?? toSettingText(value), source: 'default' };
  });
}

/** The values in force of variables whose default depends on other variables. */
function conditionalDefaults(config: Config): Partial<Record<string, string | number | boolean>> {
  const { mode, publicSchema, warmUp, explain, reusePort, drainDelayMs, documents, resilience, session } = config;
  return {
    ...{ AUTH_MODE: mode, PUBLIC_SCHEMA: publicSchema, WARM_UP: warmUp, EXPLAIN: explain, REUSE_PORT: reusePort },
    ...{ DRAIN_DELAY_MS: drainDelayMs, TRY_TIMEOUT_MS: resilience.tryTimeoutMs },
    ...{ DOCUMENTS_MODE: documents.mode, APQ: documents.apqStoreBytes !== undefined },
    SESSION_MAY_DELETE: session.mayDelete,
  };
}

/** Returns a default of the schema in the form of the environment; undefined for no value and for an empty list. */
export function toSettingText(value: unknown): string | undefined {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  if (value instanceof Set) return value.size === accelerators.length ? 'all' : [...value].join(',');
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' && value !== null ? Object.values(value).join('/') : String(value);
}

function holdsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  if (typeof value !== 'object' || value === null) return false;
  const parts: unknown[] = Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.values(value);
  return parts.some(holdsSecret);
}

/** Shows of a list of secrets how many there are. */
function maskSecrets(value: unknown): string {
  return Array.isArray(value) ? value.map(() => '[secret]').join(',') : '[secret]';
}
