/** A Redis that gives access only to what gateways need, and a Redis behind TLS with its own authority. */

import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCertificates } from '../faults/support/certificates.ts';
import { createContact } from '../support/creation.ts';
import { startForward } from '../support/forward.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { readList } from './support/read-list.ts';
import { type ReplicaSet, startReplicaSet } from './support/replica-set.ts';

let redis: RedisServer;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  redis = await startRedis();
  closers.push(() => redis.close());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(valkeyUrl: string, env: Record<string, string> = {}): Promise<ReplicaSet> {
  const set = await startReplicaSet({ valkeyUrl, contacts: 300, env });
  closers.push(() => set.close());
  return set;
}

/** Uses every store: scroll sessions, cached reads and their invalidation, the write log, idempotency records, call budgets. */
async function useEveryStore(set: ReplicaSet): Promise<void> {
  await readList(set);
  set.emulator.control.clearLog();
  const { pages } = await readList(set);
  expect(set.emulator.control.counts().contacts).toBe(pages + 1);
  const first = await createContact(set.query, 'key');
  const again = await createContact(set.query, 'key');
  expect(again.data).toEqual({ createContact: { ...first.data.createContact, password: null } });
  expect(set.emulator.control.counts().createContact).toBe(1);
  const { id } = first.data.createContact.contact;
  for (let times = 0; times < 6; times += 1) {
    const firstName = `Name ${times}`;
    await set.query('mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }', {
      input: { id, firstName },
    });
    const read = 'query ($id: ID!) { node(id: $id) { ... on Contact { firstName } } }';
    // The message about the write may reach the next replica some milliseconds after the answer.
    await expect.poll(async () => (await set.query(read, { id })).data.node, { interval: 1 }).toEqual({ firstName });
  }
}

/** The rules that the documentation gives to the user of the gateway. */
const [, rules = ''] =
  /ACL SETUSER contactgraph on >password ([^`]+)```/.exec(readFileSync('docs/configuration.md', 'utf8')) ?? [];
const documented = rules.trim().split(/\s+/);

test('the documented ACL is enough for three replicas, and no command of theirs is refused', async () => {
  await redis.call('ACL', 'SETUSER', 'contactgraph', 'on', '>secret', ...documented);
  await redis.call('ACL', 'SETUSER', 'default', 'resetpass', '>other');
  const network = await startForward(redis.address);
  closers.push(() => network.close());
  const set = await start(`redis://contactgraph:secret@127.0.0.1:${network.port}`);
  await useEveryStore(set);
  expect(await redis.call('ACL', 'LOG')).toEqual([]);
  expect(set.logged()).not.toContain('VALKEY_URL does not answer');
});

test('the documented ACL names all commands of the scripts', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const used = files.flatMap((file) =>
    [...readFileSync(join('src', file), 'utf8').matchAll(/redis\.p?call\('([A-Z]+)'/g)].map(
      ([, name]) => `+${name?.toLowerCase()}`,
    ),
  );
  expect(used.length).toBeGreaterThan(20);
  // No script has this command: it is sent to sentinels, whose user has other permissions.
  const ofScripts = used.filter((command) => command !== '+sentinel');
  expect(ofScripts.filter((command) => !documented.includes(command))).toEqual([]);
});

test('replicas use a Redis behind TLS whose certificate is of an own authority, and refuse another', async () => {
  const { authority, good, selfSigned } = makeCertificates();
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-authority-'));
  writeFileSync(join(folder, 'authority.crt'), authority);
  const server = createServer(good, (client) => {
    const upstream = connect(redis.address);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.pipe(upstream).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server without a port.');
  const set = await start(`rediss://127.0.0.1:${address.port}`, { NODE_EXTRA_CA_CERTS: join(folder, 'authority.crt') });
  await useEveryStore(set);
  server.setSecureContext(selfSigned);
  await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  expect((await readList(set)).failures).toEqual({});
  expect((await createContact(set.query, 'another')).errors[0]?.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
});
