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
import { create, issue } from '../support/creation.ts';
import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';
import { untilItClaims } from '../support/idempotency.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

const sealKey = randomBytes(32);
const env = { CURSOR_KEYS: sealKey.toString('base64'), OPERATION_DEADLINE_MS: '1000' };

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
  await Promise.all(stores.map(untilItClaims));
  const cursors = createCursorCipher(createAead([sealKey], 'idempotency'));
  replicas = await Promise.all(stores.map((keys) => startGateway({ env, shared: { emulator, cursors, keys } })));
  [one, other] = replicas.map(({ query }) => query) as [typeof one, typeof other]; // two stores
});
afterEach(async () => {
  for (const replica of replicas) await replica.close();
  for (const store of stores) await store.close();
});

const creations = () => emulator.control.counts().createContact;
const codes = ({ errors }: Answer) => errors.map(({ extensions }) => extensions['code']);

describe('two replicas', () => {
  test('create a contact once under one key, and both tell of it', async () => {
    const first = await create(one, key);
    const again = await create(other, key);
    expect(first.data.createContact.contact.email).toBe('ada@canary.example');
    expect(again.data).toEqual({ createContact: { ...first.data.createContact, password: null } });
    expect(creations()).toBe(1);
  });

  test('that are asked at once create it once', async () => {
    emulator.control.latency(200);
    const answers = await Promise.all([create(one, key), create(other, key), create(one, key), create(other, key)]);
    expect(answers.flatMap(codes)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
    expect(creations()).toBe(1);
  });

  test('refuse another input', async () => {
    await create(one, key, { password: 'one' });
    expect(codes(await create(other, key, { password: 'two' }))).toEqual(['BAD_USER_INPUT']);
    expect(creations()).toBe(1);
  });

  test('both know that nobody knows whether it was done', async () => {
    emulator.control.fault({ path: path.createContact, kind: 'hang' });
    expect(codes(await create(one, key))).toEqual(['OUTCOME_UNKNOWN']);
    expect(codes(await create(other, key))).toEqual(['OUTCOME_UNKNOWN']);
    expect(creations()).toBe(1);
  });

  test('do not write for one that has ended in between', async () => {
    emulator.control.latency(200);
    const lost = create(one, key);
    await expect.poll(creations).toBe(1);
    await stores[0]?.close(); // as far as the others can see, it is gone
    await lost;
    expect(codes(await create(other, key))).toEqual(['CONFLICT']);
    for (const name of (await redis.call('KEYS', 'contactgraph:once:*')) as string[]) {
      if ((await redis.call('HEXISTS', name, 'until')) === 1) await redis.call('HSET', name, 'until', 1);
    }
    expect(codes(await create(other, key))).toEqual(['OUTCOME_UNKNOWN']);
    expect(creations()).toBe(1);
  });
});

describe('without Valkey', () => {
  test.each([
    ['killed', () => redis.kill(), () => redis.restart()],
    ['hanging', async () => redis.pause(), async () => redis.resume()],
  ])('(%s) a write with a key is refused, and any other goes on', async (_, fail, mend) => {
    await fail();
    const refused = await create(one, key);
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    expect(refused.errors[0]?.message).toMatch(/^Nothing was done/);
    expect(emulator.control.calls()).toEqual([]);
    expect((await create(one)).data.createContact.userErrors).toEqual([]);
    await mend();
    for (const store of stores) await untilItClaims(store);
    // What was refused can be sent again under its key; soon, where the server made the claim all the same.
    await expect.poll(async () => codes(await create(other, key)), { timeout: 5_000 }).toEqual([]);
    expect(creations()).toBe(2);
  });

  test('an answer is given that cannot be kept', async () => {
    emulator.control.latency(200);
    const created = create(one, key);
    await expect.poll(creations).toBe(1);
    await redis.kill();
    expect((await created).data.createContact).toMatchObject({ userErrors: [], password: expect.any(String) });
    await redis.restart();
  });
});

test('whoever looks into Valkey learns nothing', async () => {
  await redis.call('FLUSHALL');
  const { data } = await create(one, key, { password: 'canary-password' });
  const found = await one(`{ contact(by: {cid: "${demo.contactId}"}) { id } }`);
  const issued = await issue(one, found.data.contact.id, key);
  emulator.control.fault({ path: path.createContact, kind: 'status', status: 500 });
  await create(one, `${key}-unknown`);
  const names = (await redis.call('KEYS', '*')) as string[];
  expect(names).toHaveLength(3);
  const values = await Promise.all(names.map((name) => redis.call('HGETALL', name)));
  const all = JSON.stringify([names, values]);
  expect(all.length).toBeGreaterThan(1_000);
  const { contact, username } = data.createContact;
  const { token } = issued.data.issueContactToken;
  for (const text of ['canary', contact.id, username, token, 'unknown', 'createContact', demo.contactId]) {
    expect(all).not.toContain(text);
  }
});
