import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import type { IdempotencyStore } from '../../src/idempotency/store.ts';
import { createValkeyIdempotencyStore } from '../../src/idempotency/valkey-store.ts';
import { path } from '../../src/upstream/wire/index.ts';
import { connectValkey } from '../../src/valkey/connection.ts';
import { createContact, issueContactToken } from '../support/creation.ts';
import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';
import { waitForIdempotencyStore } from '../support/idempotency.ts';
import { dumpKeys, type RedisServer, startRedis } from '../support/redis.ts';

const sealKey = randomBytes(32);
const env = { CURSOR_KEYS: sealKey.toString('base64'), OPERATION_DEADLINE_MS: '4000' };

let redis: RedisServer;
let emulator: Emulator;
beforeAll(async () => {
  redis = await startRedis();
  emulator = await startEmulator({ contacts: 50 });
});
afterAll(async () => {
  await emulator.close();
  await redis.close();
});

let stores: IdempotencyStore[] = [];
let replicas: TestGateway[] = [];
let one: TestGateway['query'];
let other: TestGateway['query'];
let key = '';
let tests = 0;
beforeEach(async () => {
  tests += 1;
  key = `canary-key-${tests}`;
  emulator.control.reset();
  stores = [0, 1].map(() => createValkeyIdempotencyStore(connectValkey(redis.address, () => undefined)));
  await Promise.all(stores.map(waitForIdempotencyStore));
  const cursorCipher = createCursorCipher(createAead([sealKey], 'idempotency'));
  replicas = await Promise.all(
    stores.map((idempotencyStore) => startGateway({ env, shared: { emulator, cursorCipher, idempotencyStore } })),
  );
  [one, other] = replicas.map(({ query }) => query) as [typeof one, typeof other]; // two stores
});
afterEach(async () => {
  for (const replica of replicas) await replica.close();
  for (const store of stores) await store.close();
});

const creations = () => emulator.control.counts().createContact;
const codes = ({ errors }: Answer) => errors.map(({ extensions }) => extensions['code']);

describe('two replicas that share idempotency records in Valkey', () => {
  test('two replicas create one contact for one idempotency key and both answer it', async () => {
    const first = await createContact(one, key);
    const again = await createContact(other, key);
    expect(first.data.createContact.contact.email).toBe('ada@canary.example');
    expect(again.data).toEqual({ createContact: { ...first.data.createContact, password: null } });
    expect(creations()).toBe(1);
  });

  test('two replicas that get concurrent requests with one idempotency key create one contact', async () => {
    emulator.control.latency(200);
    const answers = await Promise.all([
      createContact(one, key),
      createContact(other, key),
      createContact(one, key),
      createContact(other, key),
    ]);
    expect(answers.flatMap(codes)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
    expect(creations()).toBe(1);
  });

  test('a replica refuses another input under an idempotency key that the other replica has used', async () => {
    await createContact(one, key, { password: 'one' });
    expect(codes(await createContact(other, key, { password: 'two' }))).toEqual(['BAD_USER_INPUT']);
    expect(creations()).toBe(1);
  });

  test('both replicas answer OUTCOME_UNKNOWN after a write of one of them had an unknown outcome', async () => {
    emulator.control.fault({ path: path.createContact, kind: 'hang' });
    expect(codes(await createContact(one, key))).toEqual(['OUTCOME_UNKNOWN']);
    expect(codes(await createContact(other, key))).toEqual(['OUTCOME_UNKNOWN']);
    expect(creations()).toBe(1);
  });

  test('a replica does not repeat the write of a replica that ended before it recorded the result', async () => {
    emulator.control.latency(200);
    const lost = createContact(one, key);
    await expect.poll(creations).toBe(1);
    await stores[0]?.close(); // For the other replica, this one has ended.
    await lost;
    expect(codes(await createContact(other, key))).toEqual(['CONFLICT']);
    for (const name of (await redis.call('KEYS', 'contactgraph:once:*')) as string[]) {
      if ((await redis.call('HEXISTS', name, 'until')) === 1) await redis.call('HSET', name, 'until', 1);
    }
    expect(codes(await createContact(other, key))).toEqual(['OUTCOME_UNKNOWN']);
    expect(creations()).toBe(1);
  });
});

describe('idempotency while Valkey is unavailable', () => {
  test.each([
    ['killed', () => redis.kill(), () => redis.restart()],
    ['hanging', async () => redis.pause(), async () => redis.resume()],
  ])(
    'while Valkey is %s, a write with an idempotency key is refused and one without a key is made',
    async (_, fail, restore) => {
      await fail();
      const refused = await createContact(one, key);
      expect(refused.errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
      expect(refused.errors[0]?.message).toMatch(/^Nothing was done/);
      expect(emulator.control.calls()).toEqual([]);
      expect((await createContact(one)).data.createContact.userErrors).toEqual([]);
      await restore();
      for (const store of stores) await waitForIdempotencyStore(store);
      // A refused write can be repeated under its key. Where the server has made the reservation, it has to expire first.
      await expect.poll(async () => codes(await createContact(other, key)), { timeout: 5_000 }).toEqual([]);
      expect(creations()).toBe(2);
    },
  );

  test('a write whose result cannot be recorded is answered, and made once however often it is repeated, also when Valkey comes back empty', async () => {
    emulator.control.latency(200);
    const created = createContact(one, key);
    await expect.poll(creations).toBe(1);
    await redis.kill();
    const first = (await created).data.createContact;
    expect(first).toMatchObject({ userErrors: [], password: expect.any(String) });
    const repeated = { createContact: { ...first, password: null } };
    expect((await createContact(one, key)).data).toEqual(repeated);
    await redis.restart();
    await expect.poll(() => redis.call('KEYS', 'contactgraph:once:*')).toHaveLength(1);
    await Promise.all(stores.map(waitForIdempotencyStore));
    expect((await createContact(one, key)).data).toEqual(repeated);
    expect((await createContact(other, key)).data).toEqual(repeated);
    expect(creations()).toBe(1);
  });
});

test('no key, input or result can be read from the idempotency records in Valkey', async () => {
  await redis.call('FLUSHALL');
  const { data } = await createContact(one, key, { password: 'canary-password' });
  const found = await one(`{ contact(by: {cid: "${demo.contactId}"}) { id } }`);
  const issued = await issueContactToken(one, found.data.contact.id, key);
  emulator.control.fault({ path: path.createContact, kind: 'status', status: 500 });
  await createContact(one, `${key}-unknown`);
  const keys = await dumpKeys(redis);
  expect(keys).toHaveLength(4); // three records and the share of the caller
  const all = JSON.stringify(keys);
  expect(all.length).toBeGreaterThan(1_000);
  const { contact, username } = data.createContact;
  const { token } = issued.data.issueContactToken;
  for (const text of ['canary', contact.id, username, token, 'unknown', 'createContact', demo.contactId]) {
    expect(all).not.toContain(text);
  }
});
