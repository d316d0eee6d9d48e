import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { toAnswer } from '../support/gateway.ts';
import { askPage } from './support/page.ts';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 60, secondContacts: 60 });
  client = createUpstreamClient({ url: emulator.url });
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url },
    client,
    authenticate: authenticateByPassthrough(),
  });
});
afterAll(async () => {
  await gateway.close();
  await client.close();
  await emulator.close();
});

async function replicaOf({ clientKey, clientSecret }: { clientKey: string; clientSecret: string }) {
  const login = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const body = JSON.stringify({ clientKey, clientSecret });
  const response = await fetch(`${emulator.url}/v1/sts/login/services`, { ...login, body });
  const { token } = (await response.json()) as { token: string }; // [doc] of the login
  return {
    query: async (query: string, variables: object) =>
      toAnswer(
        await gateway.fetch('http://gateway/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query, variables }),
        }),
      ),
  };
}

test('a cursor of another organization is CURSOR_INVALID in the same gateway, before any call', async () => {
  const [ours, theirs] = [await replicaOf(demo), await replicaOf(second)];
  const { cursors } = await askPage(ours, {}, { first: 20 });
  await askPage(theirs, {}, { first: 1 });
  emulator.control.clearLog();
  for (const cursor of cursors) {
    expect((await askPage(theirs, {}, { first: 5, after: cursor })).code).toBe('CURSOR_INVALID');
    expect((await askPage(theirs, {}, { last: 5, before: cursor })).code).toBe('CURSOR_INVALID');
  }
  expect(emulator.control.calls()).toEqual([]);
  expect((await askPage(ours, {}, { first: 5, after: cursors[3] })).cids).toHaveLength(5);
});
