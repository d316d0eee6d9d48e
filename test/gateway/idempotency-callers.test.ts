import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { path } from '../../src/upstream/wire/index.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { createContact } from '../support/creation.ts';
import { type Answer, toAnswer } from '../support/gateway.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
  client = createUpstreamClient({ url: emulator.url });
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url },
    client,
    authenticate: authenticateByPassthrough(undefined),
  });
});
beforeEach(() => emulator.control.reset());
afterAll(async () => {
  await gateway.close();
  await client.close();
  await emulator.close();
});

/** A client of the gateway with a token of its own. */
async function logIn({ clientKey, clientSecret }: { clientKey: string; clientSecret: string }) {
  const response = await fetch(`${emulator.url}${path.login}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientKey, clientSecret }),
  });
  const { token } = (await response.json()) as { token: string };
  return async (query: string, variables?: object, headers?: object): Promise<Answer> =>
    toAnswer(
      await gateway.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    );
}

test.each([
  ['of two organizations', second],
  ['with two tokens that the gateway has not verified', demo],
])('callers %s that choose the same idempotency key each get a contact of their own', async (_, other) => {
  const key = `key of ${other.clientKey}`.replaceAll(' ', '-');
  const [one, another] = [await logIn(demo), await logIn(other)];
  const first = await createContact(one, key);
  const second = await createContact(another, key, { email: 'eve@canary.example' });
  expect(second.errors).toEqual([]);
  expect(second.data.createContact.contact.email).toBe('eve@canary.example');
  expect((await createContact(one, key)).data.createContact.contact).toEqual(first.data.createContact.contact);
  expect(emulator.control.counts().createContact).toBe(2);
});
