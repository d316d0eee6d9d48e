import { randomUUID } from 'node:crypto';
import type { Aead } from '../../crypto/aead.ts';
import { parseDone, type Valkey } from '../../valkey/connection.ts';
import { type ContactWrite, createLogEntries } from './entries.ts';
import { readEntriesScript, recordWritesScript } from './valkey-write-log-scripts.ts';
import { maxLogEntries, type WriteLog } from './write-log.ts';

/** Of the form in which the log is kept. */
const key = 'contactgraph:changes:1';

/** How long the log is kept after its last use, in ms: walks, which it is for, go earlier. */
const keepMs = 60 * 60_000;

/** How old a mark may be, in ms: what is noted since costs a call at worst, and most lists begin without a word to Valkey. */
const markMs = 1_000;

/** Notes that travel at once, in either direction: what Valkey answers in no time. */
const atOnce = 1_000;

export type ValkeyWriteLogOptions = { max?: number; maxWaiting?: number; retryMs?: number };

/**
 * The log that replicas share, sealed, and this one's copy of it.
 *
 * @param maxWaiting writes that wait for Valkey to come back; when there are more, a new log begins instead
 */
export function createValkeyWriteLog(
  valkey: Valkey,
  { encrypt, decrypt }: Aead,
  { max = maxLogEntries, maxWaiting = 10_000, retryMs = 1_000 }: ValkeyWriteLogOptions = {},
): WriteLog {
  const notes = createLogEntries();
  let waiting: ContactWrite[] = [];
  let missing = 0;
  let sending: Promise<boolean> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let current: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;
  let caughtUpAt = Number.NEGATIVE_INFINITY;

  /** Notes all that waits, also what comes meanwhile. */
  async function send(): Promise<boolean> {
    if (waiting.length === 0 && missing === 0) return true;
    sending ??= sendAll();
    return sending;
  }

  async function sendAll(): Promise<boolean> {
    try {
      while (waiting.length > 0 || missing > 0) {
        const changes = waiting.slice(0, atOnce);
        const given = missing;
        const sealed = changes.map((change) => encrypt(Buffer.from(JSON.stringify(change)), key));
        // Where the answer is lost it is done twice, which does no harm.
        const done = await valkey.run(
          recordWritesScript,
          key,
          [keepMs, randomUUID(), max, given, ...sealed],
          parseDone,
        );
        if (done === undefined) return false;
        waiting = waiting.slice(changes.length);
        missing -= given;
      }
      return true;
    } finally {
      sending = undefined; // at once: who comes now would not be sent
    }
  }

  function sendLater(): void {
    if (isClosed || retry !== undefined) return;
    retry = setTimeout(async () => {
      retry = undefined;
      if (!(await send())) sendLater();
    }, retryMs).unref();
  }

  /** Those who come while one question is on its way share the next: its answer could be from before a note. */
  function catchUp(): Promise<boolean> {
    next ??= catchUpAfter(current);
    return next;
  }

  async function catchUpAfter(before: Promise<boolean> | undefined): Promise<boolean> {
    await before;
    current = next;
    next = undefined;
    return ask();
  }

  async function ask(): Promise<boolean> {
    if (!(await send())) return false;
    const began = performance.now();
    for (;;) {
      const known = notes.endOffset();
      const args = [keepMs, randomUUID(), known.log, known.number, atOnce];
      const news = await valkey.run(readEntriesScript, key, args, toNews);
      if (news === undefined) return false;
      if (news.name !== notes.endOffset().log) notes.reset(news.name, news.floor);
      notes.trim(news.floor);
      for (const [index, sealed] of news.notes.entries()) learn(news.from + index + 1, sealed);
      if (news.from + news.notes.length >= news.latest) break;
    }
    caughtUpAt = began;
    return true;
  }

  /** What nobody can read, because its key is gone, counts as forgotten. */
  function learn(number: number, sealed: unknown): void {
    const opened = Buffer.isBuffer(sealed) ? decrypt(sealed, key) : undefined;
    if (opened === undefined) notes.trim(number);
    else notes.add(number, JSON.parse(opened.toString('utf8')));
  }

  return {
    async record(change) {
      if (waiting.length < maxWaiting) waiting.push(change);
      else missing += 1;
      if (!(await send())) sendLater();
    },
    async currentOffset() {
      const isRecent = performance.now() - caughtUpAt < markMs;
      return isRecent || (await catchUp()) ? notes.endOffset() : undefined;
    },
    catchUp,
    covers: notes.covers,
    entriesOf: notes.entriesOf,
    size: notes.size,
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

function toNews(answer: unknown) {
  const [name, floor, from, latest, notes] = Array.isArray(answer) ? answer : [];
  const numbers = [floor, from, latest].map(Number);
  if (!Array.isArray(notes) || !numbers.every(Number.isSafeInteger)) throw new Error('These are no notes.');
  const [floorNumber = 0, fromNumber = 0, latestNumber = 0] = numbers;
  return { name: String(name), floor: floorNumber, from: fromNumber, latest: latestNumber, notes };
}
