// One token for several organizations, and tokens without claims: the same queries at the same time, over the fast path.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo, second, several } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';

const shared = 'same@example.com';
const pairs = 2_000;
const sideBySide = 20;

let emulator: Emulator;
let client: UpstreamClient;
let server: HttpServer;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 20, secondContacts: 20 });
  for (const [{ organizationId }, firstName] of [
    [demo, 'ours'],
    [second, 'theirs'],
  ] as const) {
    for (const { cid } of emulator.contacts(organizationId)) emulator.update(cid, { firstName });
    emulator.insert({ email: shared, firstName }, organizationId);
  }
  client = createUpstreamClient({ url: emulator.url });
  const gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url, OPERATION_DEADLINE_MS: '30000' },
    client,
    authenticate: authenticateByPassthrough(),
  });
  server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
});
afterAll(async () => {
  await server.stop(0);
  await client.close();
  await emulator.close();
});

const queries = [
  `{ contact(by: {email: "${shared}"}) { firstName } viewer { organization { cid } } }`,
  '{ contacts(first: 2) { nodes { firstName organizationCid } } }',
  `{ contact(by: {email: "${shared}"}) { firstName devices(first: 1) { nodes { os } } } }`,
];

async function ask(query: string, token: string, organization: string | undefined): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(organization === undefined ? {} : { 'x-organization': organization }),
    },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

test.each([
  ['of one token that names them in the header X-Organization', true],
  ['of two tokens that name no organization', false],
])(
  `${pairs} pairs of identical queries for two organizations, %s, get no byte of each other`,
  async (_, isOneToken) => {
    const one = await logIn(emulator, isOneToken ? several : demo);
    const other = isOneToken ? one : await logIn(emulator, second);
    const named = (organizationId: string) => (isOneToken ? organizationId : undefined);
    let foreign = 0;
    let answered = 0;
    let round = 0;
    const work = async () => {
      while (round < pairs) {
        const query = queries[round++ % queries.length] ?? '';
        const [ours, theirs] = await Promise.all([
          ask(query, one, named(demo.organizationId)),
          ask(query, other, named(second.organizationId)),
        ]);
        const isForeign = /theirs|errors/.test(ours) || /ours|errors/.test(theirs);
        if (isForeign || ours.includes(second.organizationId) || theirs.includes(demo.organizationId)) foreign++;
        if (ours.includes('"ours"') && theirs.includes('"theirs"')) answered++;
      }
    };
    await Promise.all(Array.from({ length: sideBySide }, work));
    expect({ foreign, answered }).toEqual({ foreign: 0, answered: pairs });
  },
  180_000,
);
