import { z } from 'zod';
import { algorithms, type JwtSettings } from '../auth/jwt.ts';
import { described, isAddress, parseList, wholeNumber } from './variable-types.ts';

const claimName = z
  .string()
  .regex(/^[\x21-\x7e]{1,256}$/, 'is the name of a claim, 1 to 256 characters without spaces');
const addressRule = 'is an https address (http only for loopback)';

/** The variables of JWT mode. */
export const jwtVariables = {
  JWT_ISSUER: z
    .string()
    .refine((value) => isAddress(value) && !value.includes('?'), `${addressRule} without a query, as in the claim iss`)
    .optional(),
  JWT_AUDIENCE: z
    .string()
    .regex(/^[^,\s]{1,256}( *, *[^,\s]{1,256})*$/, 'is 1 to 256 characters without spaces, several with commas')
    .transform(parseList)
    .optional(),
  JWT_ALGORITHMS: z.string().transform(toAlgorithms).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  JWT_ORGANIZATION_CLAIM: claimName.default('organization_id'),
  JWT_SCOPE_CLAIM: claimName.default('scope'),
  JWKS_URL: z.string().refine(isAddress, addressRule).optional(),
  JWKS_MAX_STALE_MS: described(
    wholeNumber(60_000, 604_800_000),
    'is milliseconds from 60000 to 604800000 (a week)',
  ).default(3_600_000),
};

type JwtVariables = z.output<z.ZodObject<typeof jwtVariables>>;

/** JWT mode: which access tokens are accepted, and the source of the keys that verify them. */
export type JwtConfig = JwtSettings & {
  /** The address of the issuer's keys; undefined means the one in the issuer's discovery document. */
  readonly jwksUrl: string | undefined;
  /** How long keys are used while no newer ones can be fetched, in ms. */
  readonly maxStaleMs: number;
};

type Variables = Record<string, string | undefined>;

const needed = ['JWT_ISSUER', 'JWT_AUDIENCE'];
const optional = ['JWT_ALGORITHMS', 'JWT_ORGANIZATION_CLAIM', 'JWT_SCOPE_CLAIM', 'JWKS_URL', 'JWKS_MAX_STALE_MS'];

/** Finds problems of JWT mode in variables that are each valid by themselves. */
export function findJwtConfigProblems(given: Variables, hasClientKey: boolean): string[] {
  if (given['AUTH_MODE'] !== 'jwt') {
    // An operator who sets one of these expects that the gateway verifies tokens.
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

/** Returns the settings of JWT mode; undefined without an issuer, which `findJwtConfigProblems` reports. */
export function toJwtConfig(given: JwtVariables): JwtConfig | undefined {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audiences } = given;
  if (issuer === undefined || audiences === undefined) return undefined;
  return {
    ...{ issuer, audiences, algorithms: given.JWT_ALGORITHMS },
    ...{ organizationClaim: given.JWT_ORGANIZATION_CLAIM, scopeClaim: given.JWT_SCOPE_CLAIM },
    ...{ jwksUrl: given.JWKS_URL, maxStaleMs: given.JWKS_MAX_STALE_MS },
  };
}

function toAlgorithms(value: string, context: z.RefinementCtx): readonly string[] {
  const names = parseList(value);
  const selected = algorithms.filter((algorithm) => names.includes(algorithm));
  if (selected.length === names.length) return selected;
  context.addIssue({ code: 'custom', message: `is some of ${algorithms.join(', ')}, with commas` });
  return z.NEVER;
}
