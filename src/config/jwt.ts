import { z } from 'zod';
import { parseClaimPath } from '../auth/claim-path.ts';
import { algorithms, type JwtSettings } from '../auth/jwt.ts';
import { type Scope, scopes } from '../upstream/wire/index.ts';
import { described, isAddress, parseList, wholeNumber } from './variable-types.ts';

const claimRule =
  'is the path of a claim: names with dots between them, "\\." for a dot in a name, 1 to 256 characters without spaces or commas';
const claimPath = z.string().transform((value, context) => {
  const path = isClaimText(value) ? parseClaimPath(value) : undefined;
  return path ?? refuse(context, claimRule);
});
const claimPaths = z.string().transform((value, context) => {
  const paths = parseList(value).map((text) => (isClaimText(text) ? parseClaimPath(text) : undefined));
  const valid = paths.filter((path) => path !== undefined);
  return valid.length === paths.length ? valid : refuse(context, `${claimRule}; several with commas`);
});
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
  JWT_AUDIENCE_CLAIM: claimPath.prefault('aud'),
  JWT_ORGANIZATION_CLAIM: claimPath.prefault('organization_id'),
  JWT_SCOPE_CLAIM: claimPaths.prefault('scope'),
  JWT_SCOPE_PREFIX: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'is 1 to 256 characters without spaces')
    .optional(),
  JWT_SCOPE_MAP: z.string().transform(toScopeMap).optional(),
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
const optional = Object.keys(jwtVariables).filter((name) => !needed.includes(name));

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
  if (!hasClientKey) {
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
    ...{ audienceClaim: given.JWT_AUDIENCE_CLAIM, organizationClaim: given.JWT_ORGANIZATION_CLAIM },
    scopeRules: {
      claims: given.JWT_SCOPE_CLAIM,
      prefix: given.JWT_SCOPE_PREFIX ?? '',
      byName: given.JWT_SCOPE_MAP ?? new Map(),
    },
    ...{ jwksUrl: given.JWKS_URL, maxStaleMs: given.JWKS_MAX_STALE_MS },
  };
}

function toAlgorithms(value: string, context: z.RefinementCtx): readonly string[] {
  const names = parseList(value);
  const selected = algorithms.filter((algorithm) => names.includes(algorithm));
  if (selected.length === names.length) return selected;
  return refuse(context, `is some of ${algorithms.join(', ')}, with commas`);
}

function toScopeMap(value: string, context: z.RefinementCtx): ReadonlyMap<string, readonly Scope[]> {
  const map = new Map<string, Scope[]>();
  for (const entry of parseList(value)) {
    const end = entry.lastIndexOf('='); // the name of the issuer may be a URL with a query
    const name = entry.slice(0, Math.max(end, 0)).trim();
    const scope = scopes.find((one) => one === entry.slice(end + 1).trim());
    if (scope === undefined || !/^[\x21-\x7e]{1,256}$/.test(name)) {
      return refuse(context, `is entries name=scope with commas, where a scope is one of ${scopes.join(', ')}`);
    }
    map.set(name, [...(map.get(name) ?? []), scope]);
  }
  return map;
}

function isClaimText(value: string): boolean {
  return /^[\x21-\x2b\x2d-\x7e]{1,256}$/.test(value);
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
