// The store of automatic persisted queries that replicas share in Valkey, with a real server.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ApqStore, createApqStore, hashDocument } from '../../src/documents/apq-store.ts';
import { connectValkey, type Valkey } from '../../src/valkey/connection.ts';
import { findFreePort } from '../support/free-port.ts';
import { postBody, startGateway, type TestGateway } from '../support/gateway.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

const closers: (() => void | Promise<void>)[] = [];
let redis: RedisServer;
let port: number;
beforeAll(async () => {
  port = await findFreePort();
  redis = await startRedis('--port', String(port));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await redis.call('FLUSHALL');
});
afterAll(() => redis.close());

/** Opens a store of a replica, and waits until it reaches the server. */
async function openStore(): Promise<ApqStore> {
  const valkey: Valkey = connectValkey(redis.address, () => undefined);
  closers.push(() => valkey.close());
  await expect.poll(() => valkey.run("return redis.call('PING')", '', [], String)).toBeDefined();
  return createApqStore(2 ** 20, valkey);
}

const text = '{ viewer { scopes } }';
const sha256 = hashDocument(text);
const name = `contactgraph:document:1:${sha256}`;

test('a document that one replica has stored is found by another one, and is kept for a day after its last use', async () => {
  const [one, two] = [await openStore(), await openStore()];
  expect(await two.find(sha256)).toBeUndefined();
  one.keep(sha256, text);
  await expect.poll(() => redis.call('GET', name)).toBe(text);
  await redis.call('PEXPIRE', name, 60_000);
  expect(await two.find(sha256)).toBe(text);
  expect(Number(await redis.call('PTTL', name))).toBeGreaterThan(86_000_000);
  await redis.call('DEL', name);
  expect(await two.find(sha256)).toBe(text); // from the memory of the replica
});

test('a text in Valkey counts only with its hash, and only a hash is looked for', async () => {
  const store = await openStore();
  await redis.call('SET', name, '{ viewer { id } }');
  expect(await store.find(sha256)).toBeUndefined();
  await redis.call('CONFIG', 'RESETSTAT');
  for (const id of ['', 'x', sha256.toUpperCase(), `${sha256}0`]) expect(await store.find(id)).toBeUndefined();
  expect(await redis.scriptCalls()).toEqual({ eval: 0, evalsha: 0 });
});

test('the memory of the store is bounded: the least recently used documents go', async () => {
  const store = createApqStore(2 ** 20, undefined);
  const documents = Array.from(
    { length: 1_000 },
    (_, index) => `{ viewer { scopes } } # ${index} ${'x'.repeat(2_000)}`,
  );
  for (const document of documents) {
    store.keep(hashDocument(document), document);
    store.keep(sha256, text);
  }
  const found = await Promise.all(documents.map((document) => store.find(hashDocument(document))));
  const kept = found.filter((document) => document !== undefined);
  expect(kept).toEqual(documents.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(200);
  expect(kept.length * 4_000).toBeLessThan(2 ** 20);
  expect(await store.find(sha256)).toBe(text);
});

test('a hash is executed by a replica that never had the document, and clients send it while Valkey is down', async () => {
  const env = { VALKEY_URL: `redis://127.0.0.1:${port}`, CURSOR_KEYS: randomBytes(32).toString('base64') };
  const [one, two] = [await startGateway({ env, emulator: { contacts: 10 } }), await startGateway({ env })];
  closers.push(one.close, two.close);
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256 } };
  const send = async ({ gateway }: TestGateway, params: object) =>
    (await postBody(gateway, JSON.stringify({ extensions, ...params }))).text;
  // A document that is executed before the connection is open is stored the next time.
  const sendAndLook = async () => [await send(one, { query: text }), await redis.call('GET', name)];
  await expect.poll(sendAndLook).toEqual([expect.stringContaining('"data"'), text]);
  expect(await send(two, {})).toContain('"data"');

  await redis.kill();
  const other = '{ __typename }';
  const unknown = { extensions: { persistedQuery: { version: 1, sha256Hash: hashDocument(other) } } };
  expect(await send(two, unknown)).toContain('PERSISTED_QUERY_NOT_FOUND');
  expect(await send(two, { ...unknown, query: other })).toContain('"data"');
  expect(await send(two, unknown)).toContain('"data"');
  await redis.restart();
});
