import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { toAnswer } from '../support/gateway.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 10 });
  client = createUpstreamClient({ url: emulator.url });
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url },
    client,
    authenticate: authenticateByPassthrough(demo.organizationId),
  });
});
beforeEach(() => emulator.control.reset());
afterAll(async () => {
  await gateway.close();
  await client.close();
  await emulator.close();
});

/** Nothing verifies such a token but the upstream. */
const withClaims = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

async function read(token: string) {
  const response = await gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: `{ contact(by: {cid: "${demo.contactId}"}) { cid } }` }),
  });
  const { data, errors } = await toAnswer(response);
  return { data, extensions: errors[0]?.extensions, asked: emulator.control.counts()['contact'] ?? 0 };
}

test.each([[['customer_write']], [['events_read']], [['organization_write', 'time_travel']]])(
  'a token that says of itself %j is refused early',
  async (scopes) => {
    const { data, extensions, asked } = await read(withClaims({ scopes }));
    expect(data).toEqual({ contact: null });
    expect(extensions).toMatchObject({ code: 'FORBIDDEN', requiredScopes: [['customer_read'], ['organization_read']] });
    expect(asked).toBe(0);
  },
);

test.each([
  ['is opaque', 'opaque-token'],
  ['names no scopes', withClaims({})],
  ['names an empty list', withClaims({ scopes: [] })],
  ['names only words that nobody here knows', withClaims({ scopes: ['contacts:read'] })],
  ['names them in another way', withClaims({ scopes: 'customer_read customer_write' })],
])('a token that %s is judged by the upstream', async (_, token) => {
  const { data, extensions, asked } = await read(token);
  expect(data).toEqual({ contact: null });
  expect(extensions).not.toHaveProperty('requiredScopes');
  expect(asked).toBeGreaterThan(0);
});

test('a token that claims every scope gets nothing of it here', async () => {
  const { data, extensions, asked } = await read(withClaims({ scopes: ['organization_read', 'organization_write'] }));
  expect(data).toEqual({ contact: null });
  expect(extensions).toMatchObject({ code: expect.stringMatching('FORBIDDEN|UNAUTHENTICATED') });
  expect(asked).toBeGreaterThan(0);
});
