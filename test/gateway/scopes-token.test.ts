import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { queryWithAuthorization } from '../support/passthrough-gateway.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 10 });
  client = createUpstreamClient({ url: emulator.url });
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url },
    client,
    authenticate: authenticateByPassthrough({ organizationId: demo.organizationId }),
  });
});
beforeEach(() => emulator.control.reset());
afterAll(async () => {
  await gateway.close();
  await client.close();
  await emulator.close();
});

/** An unsigned token with claims, which only the upstream would verify. */
const withClaims = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

async function read(token: string) {
  const query = `{ contact(by: {cid: "${demo.contactId}"}) { cid } }`;
  const { data, errors } = await queryWithAuthorization(gateway, `Bearer ${token}`, query);
  return { data, extensions: errors[0]?.extensions, calls: emulator.control.counts()['contact'] ?? 0 };
}

test.each([[['customer_write']], [['events_read']], [['organization_write', 'time_travel']]])(
  'a token with the scopes %j is refused without an upstream call',
  async (scopes) => {
    const { data, extensions, calls } = await read(withClaims({ scopes }));
    expect(data).toEqual({ contact: null });
    expect(extensions).toMatchObject({ code: 'FORBIDDEN', requiredScopes: [['customer_read'], ['organization_read']] });
    expect(calls).toBe(0);
  },
);

test.each([
  ['names no scopes', withClaims({})],
  ['names an empty list', withClaims({ scopes: [] })],
  ['names only unknown scopes', withClaims({ scopes: ['contacts:read'] })],
  ['names its scopes in a string', withClaims({ scopes: 'customer_read customer_write' })],
])('a token that %s is accepted or refused by the upstream', async (_, token) => {
  const { data, extensions, calls } = await read(token);
  expect(data).toEqual({ contact: null });
  expect(extensions).not.toHaveProperty('requiredScopes');
  expect(calls).toBeGreaterThan(0);
});

test('an unsigned token that claims every scope is refused by the upstream', async () => {
  const { data, extensions, calls } = await read(withClaims({ scopes: ['organization_read', 'organization_write'] }));
  expect(data).toEqual({ contact: null });
  expect(extensions).toMatchObject({ code: expect.stringMatching('FORBIDDEN|UNAUTHENTICATED') });
  expect(calls).toBeGreaterThan(0);
});
