import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
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
async function startCaller(client: { clientKey: string; clientSecret: string }) {
  const authorization = `Bearer ${await logIn(emulator, client)}`;
  return (query: string, variables?: object, headers?: object) =>
    postQuery(gateway, query, variables, { authorization, ...headers });
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
