// A Valkey that is not what VALKEY_URL says, and one whose state changes: the database does not exist, the server is a node
// of a cluster, or the server is down for a while.
import { afterEach, expect, test } from 'vitest';
import { findServerProblem } from '../../src/valkey/check-server.ts';
import { connectValkey } from '../../src/valkey/connection.ts';
import { findFreePort } from '../support/free-port.ts';
import { runScript } from '../support/process.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

const write = "redis.call('SET', KEYS[1], 'x') return 'done'";

/** A key in the first half of the slots of a cluster. */
const served = 'b';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Starts a server that listens on TCP, because an address with a database needs a host. */
async function startServer(...settings: string[]): Promise<RedisServer & { host: string }> {
  const port = await findFreePort();
  const redis = await startRedis('--port', String(port), ...settings);
  opened.push(redis.close);
  return { ...redis, host: `redis://127.0.0.1:${port}` };
}

const startCluster = () => startServer('--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no');

/** Connects and records each change of the state. */
function connect(address: string) {
  const states: string[] = [];
  const valkey = connectValkey(
    address,
    (reason) => states.push(reason),
    () => states.push('up'),
  );
  opened.push(valkey.close);
  return { states, put: (key: string) => valkey.run(write, key, [], String) };
}

test.each(['/16', '/99'])('a gateway does not start with the database %s of a server that has 16', async (path) => {
  const { host } = await startServer();
  const key = Buffer.alloc(32, 1).toString('base64');
  const keys = { CURSOR_KEYS: key, SESSION_KEYS: key };
  const gateway = runScript('src/main.ts', [], { PORT: '0', ...keys, VALKEY_URL: `${host}${path}` });
  expect(await gateway.exited).toBe(1);
  expect(gateway.stdout()).toBe('');
  expect(gateway.stderr()).toContain('VALKEY_URL names a database that the server does not have');
});

test('a gateway does not start with a node of a cluster behind the address of one server, with any database', async () => {
  const { host } = await startCluster();
  const problem = /^names a node of a cluster: the address of a cluster is redis-cluster:\/\//;
  expect(await findServerProblem(host)).toMatch(problem);
  expect(await findServerProblem(`${host}/3`)).toMatch(problem);
});

test('a gateway does not start with a server behind the address of a cluster or of sentinels', async () => {
  const { host } = await startServer();
  const problem =
    /^names a server that is neither a node of a cluster nor a sentinel: its address begins with redis:\/\//;
  expect(await findServerProblem(host.replace('redis', 'redis-cluster'))).toMatch(problem);
  expect(await findServerProblem(`${host.replace('redis', 'redis-sentinel')}?sentinelMasterId=a`)).toMatch(problem);
});

test('a gateway starts with each database of a server, and with a server that is down', async () => {
  const redis = await startServer();
  for (const path of ['', '/', '/0', '/15']) expect(await findServerProblem(redis.host + path)).toBeUndefined();
  await redis.kill();
  expect(await findServerProblem(`${redis.host}/99`)).toBeUndefined();
});

test('a server that comes back without the database is not used, so that nothing is written to database 0', async () => {
  const { host, call } = await startServer('--databases', '2');
  const { states, put } = connect(`${host}/5`);
  await expect.poll(() => states).toEqual(['ERR']);
  for (let n = 0; n < 20; n++) expect(await put(`key${n}`)).toBeUndefined();
  expect(states).toEqual(['ERR']);
  expect(await call('DBSIZE')).toBe(0);
});

test('each outage is one change of the state, and so is its end', async () => {
  const redis = await startServer();
  const { states, put } = connect(redis.host);
  await expect.poll(() => put('a')).toBe('done');
  states.length = 0;
  for (const expected of [2, 4]) {
    await redis.kill();
    for (let n = 0; n < 5; n++) await put('a');
    await redis.restart();
    await expect.poll(() => put('a')).toBe('done');
    await put('a');
    expect(states).toHaveLength(expected);
  }
  expect(states.filter((state) => state === 'up')).toHaveLength(2);
  expect(states.indexOf('up')).toBe(1);
});

test('a node of a cluster that serves some keys and refuses others is one outage, and is not used any more', async () => {
  const { host, call } = await startCluster();
  await call('CLUSTER', 'ADDSLOTSRANGE', 0, 8_000);
  await expect.poll(() => call('SET', served, 'x').catch(() => undefined), { timeout: 10_000 }).toBe('OK');
  const { states, put } = connect(host);
  await expect.poll(() => put(served)).toBe('done');
  states.length = 0;
  const keys = Array.from({ length: 40 }, (_, n) => `key${n}`);
  for (const key of keys) await put(key);
  expect(await Promise.all([served, ...keys].map(put))).toEqual(Array(41).fill(undefined));
  expect(states).toEqual(['CLUSTERDOWN']);
});
