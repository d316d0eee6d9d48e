import { algorithms, type JwtSettings } from '../auth/jwt.ts';
import type { EnvironmentVariables } from './environment.ts';

/** JWT mode: which access tokens are taken, and where the keys for them come from. */
export type JwtConfig = JwtSettings & {
  /** Where the issuer's keys are; discovered when it is not given. */
  readonly jwksUrl: string | undefined;
  /** How long keys are good, in ms, when no newer ones can be had. */
  readonly maxStaleMs: number;
};

type Variables = Record<string, string | undefined>;

const needed = ['JWT_ISSUER', 'JWT_AUDIENCE'];
const optional = ['JWT_ALGORITHMS', 'JWT_ORGANIZATION_CLAIM', 'JWT_SCOPE_CLAIM', 'JWKS_URL', 'JWKS_MAX_STALE_MS'];

/** What is wrong about JWT mode although each variable alone is right. */
export function findJwtConfigProblems(given: Variables, hasClientKey: boolean): string[] {
  if (given['AUTH_MODE'] !== 'jwt') {
    // Whoever sets one believes that tokens are verified here.
    const set = [...needed, ...optional].filter((name) => given[name] !== undefined);
    return set.map((name) => `${name} is for AUTH_MODE jwt.`);
  }
  const problems = ['UPSTREAM_URL', ...needed]
    .filter((name) => given[name] === undefined)
    .map((name) => `AUTH_MODE jwt needs ${name}.`);
  if (given['UPSTREAM_CLIENT_KEY'] !== undefined && given['ORGANIZATION_ID'] === undefined) {
    problems.push('AUTH_MODE jwt needs ORGANIZATION_ID beside UPSTREAM_CLIENT_KEY: whose key it is.');
  } else if (!hasClientKey) {
    problems.push('AUTH_MODE jwt needs a credential: UPSTREAM_CLIENT_KEY, or one in the ORGANIZATIONS_FILE.');
  }
  return problems;
}

/** The settings of JWT mode; nothing without its issuer, which `jwtProblems` tells of. */
export function toJwtConfig(given: EnvironmentVariables): JwtConfig | undefined {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audiences } = given;
  if (issuer === undefined || audiences === undefined) return undefined;
  return {
    ...{ issuer, audiences, jwtAlgorithms: given.JWT_ALGORITHMS },
    ...{ organizationClaim: given.JWT_ORGANIZATION_CLAIM, scopeClaim: given.JWT_SCOPE_CLAIM },
    ...{ jwksUrl: given.JWKS_URL, maxStaleMs: given.JWKS_MAX_STALE_MS },
  };
}

/** The algorithms of a list with commas, each of a pair of keys; nothing when one is not. */
export function parseAlgorithms(value: string): JwtSettings['jwtAlgorithms'] | undefined {
  const names = parseList(value);
  const known = algorithms.filter((algorithm) => names.includes(algorithm));
  return known.length === names.length ? known : undefined;
}

export function parseList(value: string): readonly string[] {
  return value.split(',').map((entry) => entry.trim());
}
