// The write logs of one test file, which share a Redis server. Each test begins with an empty server.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Aead, createAead } from '../../../../src/crypto/aead.ts';
import type { LogOffset } from '../../../../src/upstream/write-log/entries.ts';
import {
  createValkeyWriteLog,
  type ValkeyWriteLogOptions,
} from '../../../../src/upstream/write-log/valkey-write-log.ts';
import type { WriteLog } from '../../../../src/upstream/write-log/write-log.ts';
import { connectValkey, type Valkey } from '../../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../../support/redis.ts';

/** The organization of all writes. */
export const organizationId = 'org';
const at = '2026-05-05T12:00:00.400Z';
/** The key of the log in Valkey. */
export const log = 'contactgraph:changes:1';
/** The key with which `share` encrypts by default. */
export const oldKey = randomBytes(32);

/** The Redis server of the test file. */
export let redis: RedisServer;
/** The connection of the write logs. */
export let valkey: Valkey;
/** The network between the write logs and Valkey: while it is cut, no script is run. */
export const network = { isCut: false };
const open: WriteLog[] = [];

beforeAll(async () => {
  redis = await startRedis();
  const connection = connectValkey(redis.address, () => undefined);
  while ((await connection.run("return 'up'", 'any', [], String)) !== 'up') await wait(20);
  valkey = { ...connection, run: async (...args) => (network.isCut ? undefined : connection.run(...args)) };
});
beforeEach(() => redis.call('FLUSHALL'));
afterEach(() => {
  network.isCut = false;
  for (const writeLog of open.splice(0)) writeLog.close();
});
afterAll(async () => {
  valkey.close();
  await redis.close();
});

/** Creates a write log in Valkey, which is closed after the test. */
export function share(options: ValkeyWriteLogOptions = {}, seal: Aead = createAead([oldKey], 'change')): WriteLog {
  const writeLog = createValkeyWriteLog(valkey, seal, { retryMs: 20, ...options });
  open.push(writeLog);
  return writeLog;
}

/** Returns the current offset of a log, as soon as it has one. */
export async function offsetOf(writeLog: WriteLog): Promise<LogOffset> {
  for (let times = 0; times < 100; times += 1) {
    const offset = await writeLog.currentOffset();
    if (offset !== undefined) return offset;
    await wait(20);
  }
  throw new Error('The log has no offset.');
}

/** Records a write at noon. */
export const record = (writeLog: WriteLog, cid: string) => writeLog.record({ organizationId, cid, at });

/** Reads the log, and returns the contacts in it. */
export async function known(writeLog: WriteLog): Promise<readonly string[]> {
  expect(await writeLog.catchUp()).toBe(true);
  return [...(writeLog.entriesOf(organizationId)?.keys() ?? [])];
}
