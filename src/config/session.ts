import type { Secret } from '../crypto/secret.ts';
import { generateKeyCommand } from './cursor-keys.ts';
import type { EnvironmentVariables } from './environment.ts';

/** Customer sessions: how long they last, and what they may do. */
export type SessionConfig = {
  /** In base64: the first seals sessions, all open them. None means no sessions, or in demo mode a key that is made. */
  readonly keys: readonly Secret[];
  readonly ttlMs: number;
  /** From the start, with all renewals. */
  readonly maxMs: number;
  readonly mayDelete: boolean;
};

export const defaultTtlMs = 15 * 60_000;
export const defaultMaxMs = 12 * 3_600_000;

type Variables = Record<string, string | undefined>;

const settings = ['SESSION_TTL_MS', 'SESSION_MAX_MS', 'SESSION_MAY_DELETE'];

/** What is wrong about sessions although each variable alone is right. */
export function findSessionConfigProblems(given: Variables, hasClientKey: boolean): string[] {
  const problems: string[] = [];
  const { SESSION_TTL_MS: ttl, SESSION_MAX_MS: max } = given;
  if (Number(ttl ?? defaultTtlMs) > Number(max ?? defaultMaxMs)) {
    problems.push('SESSION_TTL_MS is more than SESSION_MAX_MS, beyond which no session lasts.');
  }
  if (given['UPSTREAM_URL'] === undefined) return problems; // the demo has a client key, and makes itself a key
  if (given['SESSION_KEYS'] === undefined) {
    // Whoever sets one believes that there are sessions.
    const set = settings.filter((name) => given[name] !== undefined);
    problems.push(
      ...set.map(
        (name) => `${name} is for customer sessions, which need SESSION_KEYS; ${generateKeyCommand} makes one.`,
      ),
    );
  } else if (!hasClientKey) {
    problems.push(
      'SESSION_KEYS needs the client key of an organization: in ORGANIZATIONS_FILE, or UPSTREAM_CLIENT_KEY with ORGANIZATION_ID.',
    );
  }
  return problems;
}

export function toSessionConfig(given: EnvironmentVariables): SessionConfig {
  return {
    keys: given.SESSION_KEYS ?? [],
    ttlMs: given.SESSION_TTL_MS,
    maxMs: given.SESSION_MAX_MS,
    mayDelete: given.SESSION_MAY_DELETE === 'true',
  };
}
