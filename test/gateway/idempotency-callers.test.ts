import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createLocalIdempotencyStore } from '../../src/idempotency/store.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { createContact } from '../support/creation.ts';
import { postQuery } from '../support/gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
  client = createUpstreamClient({ url: emulator.url });
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url },
    client,
    authenticate: authenticateByPassthrough(),
  });
});
beforeEach(() => emulator.control.reset());
afterAll(async () => {
  await gateway.close();
  await client.close();
  await emulator.close();
});

/** Logs in at the upstream, and returns a function that sends queries with the token. */
async function startCaller(client: { clientKey: string; clientSecret: string }, by = gateway) {
  const authorization = `Bearer ${await logIn(emulator, client)}`;
  return (query: string, variables?: object, headers?: object) =>
    postQuery(by, query, variables, { authorization, ...headers });
}

test.each([
  ['of two organizations', second],
  ['with two tokens that the gateway has not verified', demo],
])('callers %s that choose the same idempotency key each get a contact of their own', async (_, other) => {
  const key = `key of ${other.clientKey}`.replaceAll(' ', '-');
  const [one, another] = [await startCaller(demo), await startCaller(other)];
  const first = await createContact(one, key);
  const second = await createContact(another, key, { email: 'eve@canary.example' });
  expect(second.errors).toEqual([]);
  expect(second.data.createContact.contact.email).toBe('eve@canary.example');
  expect((await createContact(one, key)).data.createContact.contact).toEqual(first.data.createContact.contact);
  expect(emulator.control.counts().createContact).toBe(2);
});

test('a caller that uses up its share of the store is RATE_LIMITED without a call, and another one is not', async () => {
  const idempotencyStore = createLocalIdempotencyStore(20_000);
  const small = buildGateway({
    env: { UPSTREAM_URL: emulator.url },
    client,
    authenticate: authenticateByPassthrough(),
    idempotencyStore,
  });
  const [one, another] = [await startCaller(demo, small), await startCaller(second, small)];
  let answer = await createContact(one, 'key-0');
  for (let n = 1; n < 100 && answer.errors.length === 0; n += 1) answer = await createContact(one, `key-${n}`);
  expect(answer.errors).toMatchObject([{ path: ['createContact'], extensions: { code: 'RATE_LIMITED' } }]);
  expect(answer.errors[0]?.extensions['retryAfter']).toBeGreaterThan(3_500);
  expect(answer.errors[0]?.extensions['retryAfter']).toBeLessThanOrEqual(3_600);
  const calls = emulator.control.counts().createContact;
  expect((await createContact(one, 'key-0')).errors).toEqual([]);
  expect((await createContact(one, 'another')).errors).toHaveLength(1);
  expect(emulator.control.counts().createContact).toBe(calls);
  expect((await createContact(another, 'key-0')).errors).toEqual([]);
  await small.close();
});
