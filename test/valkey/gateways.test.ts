// What gateways share, behind the address of a cluster and behind one of sentinels, with the user of docs/configuration.md.
import { hash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createAttemptCounter } from '../../src/attempts/attempt-counter.ts';
import { connectValkey } from '../../src/valkey/connection.ts';
import { createContact } from '../support/creation.ts';
import { toAnswer } from '../support/gateway.ts';
import { type LiveGateway, startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { addUser, refusalsOf, startCluster, startWithSentinels, type Topology } from '../support/valkey-topologies.ts';

const rows = 120;
const contact = `contact(by: {cid: "${demo.contactId}"})`;
const CURSOR_KEYS = randomBytes(32).toString('base64');
const settings = { CURSOR_KEYS, CALLS_PER_MINUTE: '60', MAX_UPSTREAM_CALLS: '200' };

async function post(url: string, token: string, body: object, headers: object = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
  return toAnswer(response);
}

describe.each([
  ['a cluster', startCluster],
  ['a server with sentinels', startWithSentinels],
])('two gateways with %s', (_, start: () => Promise<Topology>) => {
  let topology: Topology;
  let url: string;
  let emulator: Emulator;
  let one: LiveGateway;
  let other: LiveGateway;
  beforeAll(async () => {
    [topology, emulator] = await Promise.all([start(), startEmulator({ contacts: rows })]);
    url = await addUser(topology);
  }, 60_000);
  beforeEach(async () => {
    emulator.control.reset();
    const env = { ...settings, VALKEY_URL: url };
    [one, other] = [await startLiveGateway(emulator, env), await startLiveGateway(emulator, env)];
    for (const gateway of [one, other]) await waitForSharedCache(gateway);
  });
  afterEach(async () => {
    for (const { close } of [one, other]) await close();
    expect((await Promise.all(topology.nodes.map(refusalsOf))).flat()).toEqual([]);
  });
  afterAll(async () => {
    await emulator.close();
    await topology.close();
  });

  /** Waits until a gateway caches, which it does only while it receives the invalidations of others. */
  async function waitForSharedCache(gateway: LiveGateway): Promise<void> {
    const token = await logIn(emulator, demo);
    const count = async () => {
      const before = emulator.control.counts().contact;
      await gateway.query(token, `{ ${contact} { firstName } }`);
      return emulator.control.counts().contact - before;
    };
    await expect.poll(count, { timeout: 20_000 }).toBe(0);
  }

  const allCids = () =>
    emulator
      .contacts()
      .map(({ cid }) => cid)
      .toSorted();

  async function page(gateway: LiveGateway, token: string, after: string | null) {
    const document =
      'query ($after: String) { contacts(first: 20, after: $after) { nodes { cid } pageInfo { endCursor hasNextPage } } }';
    const { data, errors } = await gateway.query(token, document, { after });
    expect(errors).toEqual([]);
    return {
      cids: data.contacts.nodes.map(({ cid }: { cid: string }) => cid) as string[],
      ...(data.contacts.pageInfo as { endCursor: string; hasNextPage: boolean }),
    };
  }

  /** Reads the whole list, each page from the other gateway. */
  async function readAllPages(token: string, between: (index: number) => unknown = () => undefined): Promise<string[]> {
    const cids: string[] = [];
    let after: string | null = null;
    for (let index = 0; index <= rows; index += 1) {
      const read: Awaited<ReturnType<typeof page>> = await page(index % 2 === 0 ? one : other, token, after);
      cids.push(...read.cids);
      if (!read.hasNextPage) return cids;
      after = read.endCursor;
      await between(index);
    }
    throw new Error('The list does not end.');
  }

  test('a scroll that one gateway has opened is continued by the other one, with one call for each page', async () => {
    const token = await logIn(emulator, demo);
    emulator.control.clearLog();
    const cids = await readAllPages(token);
    expect(cids.toSorted()).toEqual(allCids());
    expect(emulator.control.counts().contacts).toBeLessThanOrEqual(rows / 20 + 1);
  });

  test('what one gateway has read costs the other one no call, and after a write each of them answers what was written', async () => {
    const token = await logIn(emulator, demo);
    const read = `{ ${contact} { id lastName } }`;
    const { id } = (await one.query(token, read)).data.contact;
    emulator.control.clearLog();
    expect((await other.query(token, read)).data.contact.id).toBe(id);
    expect(emulator.control.counts().contact).toBe(0);
    for (const [index, [writer, reader]] of [[one, other] as const, [other, one] as const].entries()) {
      const lastName = `Name${index}`;
      const write = `mutation { updateContact(input: {id: "${id}", lastName: "${lastName}"}) { userErrors { code } } }`;
      expect((await writer.query(token, write)).errors).toEqual([]);
      expect((await writer.query(token, read)).data.contact.lastName).toBe(lastName);
      await expect.poll(async () => (await reader.query(token, read)).data.contact.lastName).toBe(lastName);
    }
  });

  test('one idempotency key creates one contact at both gateways', async () => {
    const token = await logIn(emulator, demo);
    const create = ({ url }: LiveGateway) =>
      createContact((query, variables, headers) => post(url, token, { query, variables }, headers), 'key-of-both');
    const answers = [await create(one), await create(other)];
    expect(answers.map(({ errors }) => errors)).toEqual([[], []]);
    const [id, again] = answers.map(({ data }) => data.createContact.contact.id);
    expect(again).toBe(id);
    expect(emulator.control.counts().createContact).toBe(1);
  });

  test('a token that is revoked at one gateway is refused by the other one without a call', async () => {
    const token = await logIn(emulator, demo);
    for (const { query } of [one, other]) expect((await query(token, `{ ${contact} { firstName } }`)).status).toBe(200);
    expect((await one.query(token, 'mutation { revokeToken { revokedAt } }')).errors).toEqual([]);
    emulator.control.clearLog();
    await expect.poll(async () => (await other.query(token, '{ __typename }')).status).toBe(401);
    expect(emulator.control.calls()).toEqual([]);
  });

  test('calls that a caller has used at one gateway are missing at the other one', async () => {
    const token = await logIn(emulator, demo);
    const cids = emulator.contacts().map(({ cid }) => cid);
    const many = `{ ${cids.map((cid, index) => `c${index}: contact(by: {cid: "${cid}"}) { firstName }`).join(' ')} }`;
    expect((await one.query(token, many)).errors).toEqual([]);
    expect((await other.query(token, many.replaceAll('firstName', 'email'))).status).toBe(429);
  });

  test('a document that one gateway has stored by its hash is executed by the other one, and attempts are counted together', async () => {
    const token = await logIn(emulator, demo);
    const text = `{ ${contact} { firstName email } }`;
    const persistedQuery = { version: 1, sha256Hash: hash('sha256', text, 'hex') };
    const send = ({ url }: LiveGateway, params: object) =>
      post(url, token, { ...params, extensions: { persistedQuery } });
    expect((await send(one, { query: text })).errors).toEqual([]);
    await expect.poll(async () => (await send(other, {})).data?.contact.firstName).toBe('Ada');
    const valkeys = [0, 1].map(() => connectValkey(url, () => undefined));
    try {
      for (const { run } of valkeys) await expect.poll(() => run('return 1', 'contactgraph:x', [], Number)).toBe(1);
      const [here, there] = valkeys.map((valkey) =>
        createAttemptCounter({ name: 'test', maxAttempts: 2, windowMs: 60_000, valkey }),
      );
      await here?.count('ada');
      await there?.count('ada');
      await expect(here?.count('ada')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    } finally {
      for (const { close } of valkeys) close();
    }
  });

  test('a list that is read while a replica takes over from the primary has each row once, and reads are cached again afterwards', async () => {
    const token = await logIn(emulator, demo);
    const cids = await readAllPages(token, (index) => index === 1 && topology.primary.kill());
    expect(cids.toSorted()).toEqual(allCids());
    for (const gateway of [one, other]) await waitForSharedCache(gateway);
    expect((await readAllPages(await logIn(emulator, demo))).toSorted()).toEqual(allCids());
    await topology.primary.restart();
  });
});
