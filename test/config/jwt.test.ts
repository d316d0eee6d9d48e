import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';

const right = {
  ...{ AUTH_MODE: 'jwt', UPSTREAM_URL: 'https://explore.cloud4wi.com', ORGANIZATION_ID: 'org' },
  ...{ UPSTREAM_CLIENT_KEY: 'ck-1', UPSTREAM_CLIENT_SECRET: 'canary' },
  ...{ JWT_ISSUER: 'https://id.example.com/tenant/', JWT_AUDIENCE: 'https://api.example.com' },
};

test('the JWT mode has defaults for algorithms, claims and the age of the JWKS, and keeps the issuer unchanged', () => {
  const { mode, jwt, clientKeys } = readConfig(right);
  expect(mode).toBe('jwt');
  expect(jwt).toEqual({
    issuer: 'https://id.example.com/tenant/',
    audiences: ['https://api.example.com'],
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    audienceClaim: ['aud'],
    organizationClaim: ['organization_id'],
    scopeRules: { claims: [['scope']], prefix: '', byName: new Map() },
    jwksUrl: undefined,
    maxStaleMs: 3_600_000,
  });
  expect([...clientKeys.keys()]).toEqual(['org']);
});

test('lists are separated by commas, and the name of a claim can be a URL', () => {
  const env = {
    JWT_AUDIENCE: 'a, b',
    JWT_ALGORITHMS: 'ES256, RS512',
    JWT_ORGANIZATION_CLAIM: 'https://example.com/org',
  };
  expect(readConfig({ ...right, ...env, JWKS_URL: 'http://localhost:9/keys?x=1' }).jwt).toMatchObject({
    ...{ audiences: ['a', 'b'], algorithms: ['RS512', 'ES256'], organizationClaim: ['https://example.com/org'] },
    jwksUrl: 'http://localhost:9/keys?x=1',
  });
});

test('all missing variables of the JWT mode are reported together', () => {
  expect(problemsOf({ AUTH_MODE: 'jwt', UPSTREAM_CLIENT_KEY: 'ck-1', UPSTREAM_CLIENT_SECRET: 'canary' })).toEqual([
    'AUTH_MODE jwt needs UPSTREAM_URL.',
    'AUTH_MODE jwt needs JWT_ISSUER.',
    'AUTH_MODE jwt needs JWT_AUDIENCE.',
  ]);
  const { UPSTREAM_CLIENT_KEY: _, UPSTREAM_CLIENT_SECRET: __, ...without } = right;
  expect(problemsOf(without)).toEqual([
    'AUTH_MODE jwt needs a credential: UPSTREAM_CLIENT_KEY, or one in the ORGANIZATIONS_FILE.',
  ]);
});

test('a variable of the JWT mode is refused in another mode', () => {
  expect(problemsOf({ JWT_ISSUER: 'https://id.example.com', JWKS_URL: 'https://id.example.com/keys' })).toEqual([
    'JWT_ISSUER is for AUTH_MODE jwt.',
    'JWKS_URL is for AUTH_MODE jwt.',
  ]);
});

test.each([
  { JWT_ISSUER: 'http://id.example.com' },
  { JWT_ISSUER: 'https://user:canary@id.example.com' },
  { JWT_ISSUER: 'https://id.example.com?canary' },
  { JWT_ISSUER: 'https://id.example.com#canary' },
  { JWT_ISSUER: 'canary' },
  { JWT_AUDIENCE: 'a,,canary' },
  { JWT_AUDIENCE: 'a, ,canary' },
  { JWT_ALGORITHMS: 'none' },
  { JWT_ALGORITHMS: 'HS256,RS256' },
  { JWT_ALGORITHMS: 'RS256,' },
  { JWT_ORGANIZATION_CLAIM: 'the canary' },
  { JWT_SCOPE_CLAIM: 'c'.repeat(257) },
  ...['.canary', 'canary.', 'canary..roles', 'canary\\', 'canary\\roles'].flatMap((path) => [
    { JWT_SCOPE_CLAIM: path },
    { JWT_ORGANIZATION_CLAIM: path },
    { JWT_AUDIENCE_CLAIM: path },
  ]),
  { JWT_SCOPE_CLAIM: 'scope,,canary' },
  { JWT_AUDIENCE_CLAIM: 'azp,canary' },
  { JWT_SCOPE_PREFIX: 'the canary' },
  ...[
    'canary',
    'canary=',
    '=customer_read',
    'canary=customer',
    'canary=customer_read,',
    'the canary=customer_read',
  ].map((map) => ({ JWT_SCOPE_MAP: map })),
  { JWKS_URL: 'http://id.example.com/canary' },
  { JWKS_URL: 'file:///canary' },
  { JWKS_MAX_STALE_MS: '59999' },
  { JWKS_MAX_STALE_MS: '604800001' },
])('the environment %j has exactly one problem, which does not quote its value', (env) => {
  const problems = problemsOf({ ...right, ...env });
  expect(problems).toHaveLength(1);
  expect(problems.join()).not.toContain('canary');
});
