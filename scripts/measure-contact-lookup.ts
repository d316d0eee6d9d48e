import { startEmulator } from '../emulator/emulator.ts';
import { readConfig } from '../src/config/config.ts';
import { Secret } from '../src/crypto/secret.ts';
import { createGateway } from '../src/gateway.ts';
import { createLog } from '../src/log.ts';
import { createUpstreamClient } from '../src/upstream/client/client.ts';
import { createServiceCredential } from '../src/upstream/credential/service-credential.ts';

/**
 * Compares two ways to find a contact by e-mail: by the list, as `contact(by:)` does, and by the check of its existence and
 * then by its id. `node scripts/with-node.mjs scripts/measure-contact-lookup.ts` prints the table of ADR 30.
 */
const delayMs = 50;
const rounds = 15;

const emulator = await startEmulator({ contacts: 500 });
const { organizationId, clientKey, clientSecret } = emulator;
const client = createUpstreamClient({ url: emulator.url });
const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
const gateway = createGateway({
  config: readConfig({ SWITCHED_OFF: 'cache', LOG_LEVEL: 'silent' }),
  client,
  authenticate: async () => ({ organizationId, subject: 'measure', scopes: ['customer_read'], credential }),
  log: createLog('silent'),
});

const email = 'ada.rossi@example.com';
const selections = {
  'fields of a row': 'firstName phone',
  'fields of the profile': 'firstName language',
  'two branches': 'firstName events(first: 5) { totalCount } devices { totalCount }',
  'profile and two branches': 'language events(first: 5) { totalCount } devices { totalCount }',
  'no such contact': 'firstName',
};

console.log(
  `| selection | list: calls | list: ms | existence first: calls | existence first: ms |\n|---|---|---|---|---|`,
);
await query('{ contacts(first: 1) { nodes { cid } } }'); // logs in
emulator.control.latency(delayMs);
for (const [name, fields] of Object.entries(selections)) {
  const value = name === 'no such contact' ? 'absent@example.com' : email;
  const byList = await measure(() => query(`{ contact(by: {email: "${value}"}) { ${fields} } }`));
  const byExistence = await measure(async () => {
    const { data } = await query(`{ contactsExist(by: [{email: "${value}"}]) { cid } }`);
    const [{ cid }] = data.contactsExist;
    if (cid !== null) await query(`{ contact(by: {cid: "${cid}"}) { ${fields} } }`);
  });
  console.log(`| ${[name, byList.calls, byList.ms, byExistence.calls, byExistence.ms].join(' | ')} |`);
}
await gateway.close();
await client.close();
await emulator.close();

/** The upstream calls of one lookup, and the median of its duration. */
async function measure(lookUp: () => Promise<unknown>): Promise<{ calls: number; ms: string }> {
  const durations: number[] = [];
  await lookUp();
  emulator.control.clearLog();
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    await lookUp();
    durations.push(performance.now() - startedAt);
  }
  const median = durations.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  return { calls: emulator.control.calls().length / rounds, ms: median.toFixed(0) };
}

async function query(text: string) {
  const response = await gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  });
  return (await response.json()) as { data: { contactsExist: [{ cid: string | null }] } };
}
