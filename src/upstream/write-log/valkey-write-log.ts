import { randomUUID } from 'node:crypto';
import type { Aead } from '../../crypto/aead.ts';
import { parseDone, type Valkey } from '../../valkey/connection.ts';
import { type ContactWrite, createLogEntries } from './entries.ts';
import { readEntriesScript, recordWritesScript } from './valkey-write-log-scripts.ts';
import { maxLogEntries, type WriteLog } from './write-log.ts';

/** Includes the version of the stored format, which replicas of different releases share. */
const key = 'contactgraph:changes:1';

/** How long the log is kept after its last use, in ms; longer than the scroll sessions that need it. */
const logTtlMs = 60 * 60_000;

/** Maximum age of an offset, in ms. Writes since then cost a call at worst; most lists start without a command to Valkey. */
const maxOffsetAgeMs = 1_000;

/** Maximum number of entries per command, so that Valkey replies quickly. */
const maxBatch = 1_000;

/** The options of `createValkeyWriteLog`, which describes them. */
export type ValkeyWriteLogOptions = { max?: number; maxWaiting?: number; retryMs?: number };

/**
 * Creates the log that replicas share, encrypted, with a copy in this process.
 *
 * @param options.max maximum number of entries
 * @param options.maxWaiting maximum number of writes that wait until Valkey is available; beyond it a new log is started
 * @param options.retryMs the interval between attempts to send these writes, in ms
 */
export function createValkeyWriteLog(
  valkey: Valkey,
  { encrypt, decrypt }: Aead,
  { max = maxLogEntries, maxWaiting = 10_000, retryMs = 1_000 }: ValkeyWriteLogOptions = {},
): WriteLog {
  const entries = createLogEntries();
  let waiting: ContactWrite[] = [];
  let discarded = 0;
  let sending: Promise<boolean> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let currentCatchUp: Promise<boolean> | undefined;
  let nextCatchUp: Promise<boolean> | undefined;
  let caughtUpAt = Number.NEGATIVE_INFINITY;

  /** Sends all waiting writes, and those that are added meanwhile; false when Valkey does not reply. */
  async function send(): Promise<boolean> {
    if (waiting.length === 0 && discarded === 0) return true;
    sending ??= sendAll();
    return sending;
  }

  async function sendAll(): Promise<boolean> {
    try {
      while (waiting.length > 0 || discarded > 0) {
        const writes = waiting.slice(0, maxBatch);
        const discardedNow = discarded;
        const encrypted = writes.map((write) => encrypt(Buffer.from(JSON.stringify(write)), key));
        // If the reply is lost, the writes are recorded twice, which is harmless.
        const args = [logTtlMs, randomUUID(), max, discardedNow, ...encrypted];
        const done = await valkey.run(recordWritesScript, key, args, parseDone);
        if (done === undefined) return false;
        waiting = waiting.slice(writes.length);
        discarded -= discardedNow;
      }
      return true;
    } finally {
      // In the same tick as the last check of `waiting`: a write that is added later starts a new `sendAll`.
      sending = undefined;
    }
  }

  function sendLater(): void {
    if (isClosed || retry !== undefined) return;
    retry = setTimeout(async () => {
      retry = undefined;
      if (!(await send())) sendLater();
    }, retryMs).unref();
  }

  /** Callers during a pending read share the next one, because the pending reply may be from before a recorded write. */
  function catchUp(): Promise<boolean> {
    nextCatchUp ??= catchUpAfter(currentCatchUp);
    return nextCatchUp;
  }

  async function catchUpAfter(previous: Promise<boolean> | undefined): Promise<boolean> {
    await previous;
    currentCatchUp = nextCatchUp;
    nextCatchUp = undefined;
    return readNewEntries();
  }

  async function readNewEntries(): Promise<boolean> {
    if (!(await send())) return false;
    const startedAt = performance.now();
    for (;;) {
      const { log, number } = entries.endOffset();
      const args = [logTtlMs, randomUUID(), log, number, maxBatch];
      const batch = await valkey.run(readEntriesScript, key, args, parseBatch);
      if (batch === undefined) return false;
      if (batch.log !== entries.endOffset().log) entries.reset(batch.log, batch.floor);
      entries.trim(batch.floor);
      for (const [index, encrypted] of batch.entries.entries()) addEntry(batch.from + index + 1, encrypted);
      if (batch.from + batch.entries.length >= batch.latest) break;
    }
    caughtUpAt = startedAt;
    return true;
  }

  /** An entry that cannot be decrypted, because its key was removed, counts as trimmed. */
  function addEntry(number: number, encrypted: unknown): void {
    const bytes = Buffer.isBuffer(encrypted) ? decrypt(encrypted, key) : undefined;
    if (bytes === undefined) entries.trim(number);
    else entries.add(number, JSON.parse(bytes.toString('utf8')));
  }

  return {
    async record(write) {
      if (waiting.length < maxWaiting) waiting.push(write);
      else discarded += 1;
      if (!(await send())) sendLater();
    },
    async currentOffset() {
      const isRecent = performance.now() - caughtUpAt < maxOffsetAgeMs;
      return isRecent || (await catchUp()) ? entries.endOffset() : undefined;
    },
    catchUp,
    covers: entries.covers,
    entriesOf: entries.entriesOf,
    size: entries.size,
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

function parseBatch(reply: unknown) {
  const [log, floor, from, latest, entries] = Array.isArray(reply) ? reply : [];
  const numbers = [floor, from, latest].map(Number);
  if (!Array.isArray(entries) || !numbers.every(Number.isSafeInteger)) throw new Error('This is no batch of entries.');
  const [floorNumber = 0, fromNumber = 0, latestNumber = 0] = numbers;
  return { log: String(log), floor: floorNumber, from: fromNumber, latest: latestNumber, entries };
}
