import { z } from 'zod';
import type { AttemptLimits } from '../attempts/session-attempts.ts';
import type { Secret } from '../crypto/secret.ts';
import { generateKeyCommand, toEncryptionKeys } from './cursor-keys.ts';
import { described, trueOrFalse, wholeNumber } from './variable-types.ts';

/** The settings of customer sessions. */
export type SessionConfig = {
  /** Encryption keys in base64: the first encrypts, all decrypt. None means no sessions; demo mode generates a key. */
  readonly keys: readonly Secret[];
  readonly ttlMs: number;
  /** The maximum age with all renewals. */
  readonly maxMs: number;
  readonly mayDelete: boolean;
  /** How often a username and a password, and customer tokens, may be tried. */
  readonly attempts: AttemptLimits;
};

const defaultTtlMs = 15 * 60_000;
const defaultMaxMs = 12 * 3_600_000;

/** The variables of customer sessions. */
export const sessionVariables = {
  SESSION_KEYS: z.string().transform(toEncryptionKeys).optional(),
  SESSION_TTL_MS: described(wholeNumber(1_000, 3_600_000), 'is milliseconds from 1000 to 3600000 (an hour)').default(
    defaultTtlMs,
  ),
  SESSION_MAX_MS: described(
    wholeNumber(1_000, 2_592_000_000),
    'is milliseconds from 1000 to 2592000000 (30 days)',
  ).default(defaultMaxMs),
  SESSION_MAY_DELETE: trueOrFalse.optional(),
  SESSION_ATTEMPTS_PER_USERNAME: described(wholeNumber(1, 1_000), 'is a whole number from 1 to 1000').default(10),
  SESSION_ATTEMPTS_PER_CALLER: described(wholeNumber(1, 1_000_000), 'is a whole number from 1 to 1000000').default(100),
  SESSION_TOKEN_ATTEMPTS_PER_CALLER: described(
    wholeNumber(1, 1_000_000),
    'is a whole number from 1 to 1000000',
  ).default(20),
  SESSION_ATTEMPTS_WINDOW_MS: described(
    wholeNumber(1_000, 86_400_000),
    'is milliseconds from 1000 to 86400000 (a day)',
  ).default(15 * 60_000),
};

type SessionVariables = z.output<z.ZodObject<typeof sessionVariables>>;
type Variables = Record<string, string | undefined>;

const settings = [
  'SESSION_TTL_MS',
  'SESSION_MAX_MS',
  'SESSION_MAY_DELETE',
  'SESSION_ATTEMPTS_PER_USERNAME',
  'SESSION_ATTEMPTS_PER_CALLER',
  'SESSION_TOKEN_ATTEMPTS_PER_CALLER',
  'SESSION_ATTEMPTS_WINDOW_MS',
];

/** Finds problems of customer sessions in variables that are each valid by themselves. */
export function findSessionConfigProblems(given: Variables, hasClientKey: boolean): string[] {
  const problems: string[] = [];
  const { SESSION_TTL_MS: ttl, SESSION_MAX_MS: max } = given;
  if (Number(ttl ?? defaultTtlMs) > Number(max ?? defaultMaxMs)) {
    problems.push('SESSION_TTL_MS is more than SESSION_MAX_MS, beyond which no session lasts.');
  }
  if (given['UPSTREAM_URL'] === undefined) return problems; // demo mode has a client key, and generates an encryption key
  if (given['SESSION_KEYS'] === undefined) {
    // An operator who sets one of these expects that there are sessions.
    const set = settings.filter((name) => given[name] !== undefined);
    problems.push(
      ...set.map(
        (name) => `${name} is for customer sessions, which need SESSION_KEYS; ${generateKeyCommand} makes one.`,
      ),
    );
  } else if (!hasClientKey) {
    problems.push(
      'SESSION_KEYS needs the client key of an organization: in ORGANIZATIONS_FILE, or UPSTREAM_CLIENT_KEY.',
    );
  }
  return problems;
}

/** Converts the validated variables to the configuration of customer sessions. */
export function toSessionConfig(given: SessionVariables): SessionConfig {
  return {
    keys: given.SESSION_KEYS ?? [],
    ttlMs: given.SESSION_TTL_MS,
    maxMs: given.SESSION_MAX_MS,
    mayDelete: given.SESSION_MAY_DELETE === 'true',
    attempts: {
      perUsername: given.SESSION_ATTEMPTS_PER_USERNAME,
      perCaller: given.SESSION_ATTEMPTS_PER_CALLER,
      tokensPerCaller: given.SESSION_TOKEN_ATTEMPTS_PER_CALLER,
      windowMs: given.SESSION_ATTEMPTS_WINDOW_MS,
    },
  };
}
