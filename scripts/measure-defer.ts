import { demo } from '../emulator/demo.ts';
import { startEmulator } from '../emulator/emulator.ts';
import { readConfig } from '../src/config/config.ts';
import { Secret } from '../src/crypto/secret.ts';
import { createGateway } from '../src/gateway.ts';
import { startHttpServer } from '../src/http/server.ts';
import { createLog } from '../src/log.ts';
import { createUpstreamClient } from '../src/upstream/client/client.ts';
import { createServiceCredential } from '../src/upstream/credential/service-credential.ts';

/**
 * Measures how long after its own upstream call the first part of an answer is there, while the devices of the contact take 500
 * ms: `node scripts/with-node.mjs scripts/measure-defer.ts` prints the table of ADR 43. The client is in the same process.
 */
const devicesMs = 500;
const contactMs = 50;
const rounds = 5;

const emulator = await startEmulator({ contacts: 500 });
const { organizationId, clientKey, clientSecret } = emulator;
const client = createUpstreamClient({ url: emulator.url });
const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
const gateway = createGateway({
  config: readConfig({ SWITCHED_OFF: 'cache', EXPLAIN: 'true' }),
  client,
  authenticate: async () => ({ organizationId, subject: 'measure', scopes: ['customer_read'], credential }),
  log: createLog('silent'),
});
const server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
emulator.control.latency({ pattern: demo.contactId, ms: contactMs });
emulator.control.latency({ pattern: '/devices', ms: devicesMs });

console.log(`| accepted | call of the contact | first part | after the call | last part |\n|---|---|---|---|---|`);
const formats = ['multipart/mixed;deferSpec=20220824', 'multipart/mixed;incrementalSpec=v0.2', 'text/event-stream'];
for (const accept of formats) {
  await read(accept); // compiles the code
  const measured: Times[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await read(accept));
  const median = (of: (times: Times) => number) =>
    `${Math.round(measured.map(of).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0)} ms`;
  const cells = [median(({ call }) => call), median(({ first }) => first)];
  console.log(
    `| ${[accept, ...cells, median(({ call, first }) => first - call), median(({ last }) => last)].join(' | ')} |`,
  );
}
await server.stop(0);
await gateway.close();
await client.close();
await emulator.close();

/** How long the call of the contact took, and when the first and the last part were there, in ms. */
type Times = { call: number; first: number; last: number };

async function read(accept: string): Promise<Times> {
  const query = `{ contact(by: {cid: "${demo.contactId}"}) { firstName lastName ... @defer { devices { totalCount } } } }`;
  const startedAt = performance.now();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, extensions: { explain: true } }),
  });
  const arrivals: number[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    arrivals.push(performance.now() - startedAt);
    text += Buffer.from(chunk).toString();
  }
  const [, call = ''] = /"resource":"contact".*?"ms":([\d.]+)/.exec(text) ?? [];
  return { call: Number(call), first: arrivals[0] ?? 0, last: arrivals.at(-1) ?? 0 };
}
