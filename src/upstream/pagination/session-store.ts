import { createCallerLru } from '../cache/caller-lru.ts';
import type { ScrollSession, StoredPage } from './scroll-session.ts';

/** Stores scroll sessions between requests. A lost session costs upstream calls, never rows. Keys start with the caller. */
export type ScrollSessionStore = {
  load(key: string): Promise<ScrollSession | undefined>;
  /** The body of a stored page, by the rank of its first row. */
  page(key: string, from: number): Promise<Buffer | undefined>;
  /** Stores a session with the pages read since it was last saved, and ends its lease. */
  save(key: string, session: ScrollSession, pages: readonly StoredPage[]): Promise<void>;
  /**
   * Makes the caller the only reader of a session's scroll. The upstream returns each page once: if the reader crashes, it
   * is unknown which page comes next, and another reader could skip one. So a lease also ends the use of the scroll, and
   * only `save` makes it usable again. The stored rows can be read all the time.
   */
  acquireLease(key: string, session: ScrollSession): Promise<LeaseResult>;
  close(): Promise<void>;
};

/**
 * The lease, which ends with `save` or with `release`, which leaves the scroll unusable; or why there is none:
 *
 * - `busy`: another reader holds it.
 * - `moved`: another reader has continued the scroll since the session was loaded.
 * - `lost`: its holder has not come back, or the session is not stored any more.
 */
export type LeaseResult = { release(): Promise<void> } | 'busy' | 'moved' | 'lost';

/** The memory of a session without its pages. */
const sessionBytes = 1_000;

type Entry = {
  readonly session?: ScrollSession;
  readonly body?: Buffer;
  lease?: 'busy' | 'lost';
};

/**
 * Creates a store in this process. The least recently used sessions and pages are dropped beyond `maxBytes` in total, those of
 * a caller with more than a quarter first.
 */
export function createLocalScrollSessionStore(maxBytes: number): ScrollSessionStore {
  const entries = createCallerLru<Entry>(maxBytes);
  return {
    load: async (key) => entries.get(key)?.session,
    page: async (key, from) => entries.get(pageKey(key, from))?.body,
    async save(key, session, pages) {
      for (const from of entries.peek(key)?.session?.pageStarts ?? []) {
        if (!session.pageStarts.includes(from)) entries.delete(pageKey(key, from));
      }
      entries.set(key, { session }, sessionBytes);
      for (const { from, body } of pages) {
        if (!session.pageStarts.includes(from)) continue;
        entries.set(pageKey(key, from), { body: withOwnMemory(body) }, body.length);
      }
    },
    async acquireLease(key, { end }) {
      const entry = entries.get(key);
      if (entry?.session === undefined) return 'lost';
      if (entry.session.end !== end || entry.session.ended) return 'moved';
      if (entry.lease !== undefined) return entry.lease;
      entry.lease = 'busy';
      // `save` replaces the entry, so a release after it has no effect.
      return {
        async release() {
          entry.lease = 'lost';
        },
      };
    },
    close: async () => entries.clear(),
  };
}

/** Copies a small buffer out of the larger memory block that it shares with others, which would be kept alive by it. */
function withOwnMemory(body: Buffer): Buffer {
  return body.buffer.byteLength === body.length ? body : Buffer.from(new Uint8Array(body).buffer);
}

function pageKey(key: string, from: number): string {
  return `${key}:${from}`;
}
