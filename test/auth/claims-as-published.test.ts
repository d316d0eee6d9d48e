// Access tokens in the shapes that issuers publish: where the audience, the scopes and the organization are in them.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { parseClaimPath, readClaim } from '../../src/auth/claim-path.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

const documentation = readFileSync(new URL('../../docs/auth.md', import.meta.url), 'utf8');

/** The settings that docs/auth.md shows for an issuer, without the address of the issuer. */
function documentedSettings(issuer: string): Record<string, string> {
  const after = documentation.slice(documentation.indexOf(`\n${issuer}, `));
  const [, block = ''] = /```\n([^`]*)```/.exec(after) ?? [];
  const settings = Object.fromEntries(block.trim().split('\n').map(toSetting));
  expect(settings).toHaveProperty('JWT_ISSUER');
  const { JWT_ISSUER: _, ...others } = settings;
  return others;
}

function toSetting(line: string): [string, string] {
  const end = line.indexOf('=');
  return [line.slice(0, end), line.slice(end + 1)];
}

const organization = demo.organizationId;

/** For each issuer: the claims of its access tokens, and claims that must be refused or grant nothing. */
const issuers = {
  Auth0: {
    claims: {
      ...{ aud: ['https://contacts.example.com', 'https://tenant.eu.auth0.com/userinfo'], azp: 'app', gty: 'password' },
      ...{ scope: 'openid profile', permissions: ['customer_read', 'reports:read'] },
      'https://example.com/organization': organization,
    },
    otherAudience: { aud: 'https://tenant.eu.auth0.com/userinfo' },
    noScopes: { permissions: ['read:customer_read', 'CUSTOMER_READ', 'customer_read '] },
  },
  'Entra ID': {
    claims: {
      ...{ aud: '5c2f0a9e-0000-4000-8000-000000000000', ver: '2.0', azp: 'app', tid: 'tenant', oid: 'user' },
      ...{ scp: 'Contacts.Read User.Read', extension_organization: organization },
    },
    otherAudience: { aud: '00000003-0000-0000-c000-000000000000' },
    noScopes: { scp: 'contacts.read Contacts.Read.All' },
  },
  Keycloak: {
    claims: {
      ...{ aud: 'account', azp: 'contacts-app', typ: 'Bearer', scope: 'openid email', organization_id: organization },
      realm_access: { roles: ['offline_access', 'uma_authorization', 'support'] },
      resource_access: { account: { roles: ['manage-account'] }, 'contacts-app': { roles: ['viewer'] } },
    },
    otherAudience: { azp: 'another-app', aud: ['contacts-app', 'account'] },
    noScopes: { realm_access: { roles: ['uma_authorization'] }, resource_access: { other: { roles: ['support'] } } },
  },
  'Amazon Cognito': {
    claims: {
      ...{ aud: undefined, client_id: '4f8k2m6example', token_use: 'access', version: 2, 'cognito:groups': ['a'] },
      ...{ scope: 'openid https://contacts.example.com/customer_read', 'custom:organization': organization },
    },
    otherAudience: { client_id: 'another-client', aud: '4f8k2m6example' },
    noScopes: { scope: 'customer_read https://other.example.com/customer_read' },
  },
  Okta: {
    claims: {
      ...{ aud: 'api://default', cid: 'client', uid: 'user', ver: 1, jti: 'AT.1', organization },
      scp: ['openid', 'customer_read'],
    },
    otherAudience: { aud: 'api://other' },
    noScopes: { scp: ['customer_readonly'], scope: 'customer_read' },
  },
};

describe.each(Object.entries(issuers))('the settings that docs/auth.md shows for %s', (issuer, shape) => {
  let stack: JwtGateway;
  afterAll(() => stack.close());
  const ask = async (claims: Record<string, unknown>) =>
    stack.query(
      `Bearer ${await stack.issuer.token({ ...shape.claims, ...claims })}`,
      `{ contact(by: {cid: "${demo.contactId}"}) { firstName } viewer { scopes organization { cid } } }`,
    );

  test('the documented settings accept the access token that the issuer publishes, with its scopes and its organization', async () => {
    stack = await startJwtGateway(documentedSettings(issuer));
    const { data, errors } = await ask({});
    expect(errors).toEqual([]);
    expect(data).toEqual({
      contact: { firstName: 'Ada' },
      viewer: { scopes: ['CUSTOMER_READ'], organization: { cid: organization } },
    });
  });

  test('the documented settings refuse a token for another audience', async () => {
    expect((await ask(shape.otherAudience)).status).toBe(401);
  });

  test('the documented settings grant nothing for names that only resemble a scope', async () => {
    const { data, errors } = await ask(shape.noScopes);
    expect([data.contact, data.viewer.scopes]).toEqual([null, []]);
    expect(errors[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test.each([{ token_use: 'id' }, { typ: 'ID' }, { typ: 'Refresh' }])(
    'the documented settings refuse a token with %j',
    async (claims) => {
      expect((await ask(claims)).status).toBe(401);
    },
  );
});

describe('the path of a claim', () => {
  const payload = {
    'a.b': 'dotted',
    'back\\slash': 'backslash',
    a: { b: 'nested', c: ['list'] },
    'https://example.com/roles': 'url',
    'https://example.com/app': { roles: 'in url' },
    resource_access: { 'https://app.example.com': { roles: ['client'] } },
  };

  test.each([
    ['a.b', 'nested'],
    ['a\\.b', 'dotted'],
    ['back\\\\slash', 'backslash'],
    ['a.c', ['list']],
    ['a.c.0', undefined],
    ['a.b.length', undefined],
    ['a.missing.b', undefined],
    ['constructor', undefined],
    ['a.__proto__', undefined],
    ['https://example.com/roles', 'url'],
    ['https://example\\.com/app.roles', 'in url'],
    ['resource_access.https://app\\.example\\.com.roles', ['client']],
  ])('the path %s reads %j', (text, value) => {
    expect(readClaim(payload, parseClaimPath(text) ?? [])).toEqual(value);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', 'a\\', 'a\\b', '\\'])('the text %j is not a path', (text) => {
    expect(parseClaimPath(text)).toBeUndefined();
  });
});
