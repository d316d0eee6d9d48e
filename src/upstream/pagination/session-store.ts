import { LRUCache } from 'lru-cache';
import type { ScrollSession, StoredPage } from './scroll-session.ts';

/** Where walks are kept between requests. Losing one costs calls, never rows. Keys are made by `walkKey` only. */
export type ScrollSessionStore = {
  load(key: string): Promise<ScrollSession | undefined>;
  /** The body of a page that is held, by the rank at which it begins. */
  page(key: string, from: number): Promise<Buffer | undefined>;
  /** Keeps a walk as far as it has been read, with the pages read since; whoever comes next may claim it. */
  save(key: string, walk: ScrollSession, pages: readonly StoredPage[]): Promise<void>;
  /**
   * Makes the caller the only reader of a walk's scroll. A sid consumes: when the reader never comes back, what it has
   * read is unknown, and reading on with the same sid could skip a page. So the claim itself takes the walk out of use,
   * and nothing but `save` brings it back; its rows can be read all the time.
   */
  acquireLease(key: string, walk: ScrollSession): Promise<LeaseResult>;
  close(): Promise<void>;
};

/**
 * Either the walk is the caller's, to save or to give up; or somebody else is reading it, has read on already, or has
 * claimed it and will not come back.
 */
export type LeaseResult = { release(): Promise<void> } | 'busy' | 'moved' | 'lost';

type Entry = {
  readonly bytes: number;
  readonly walk?: ScrollSession;
  readonly body?: Buffer;
  claim?: 'busy' | 'lost';
};

/** Walks in this process: the least recently used go when they take more than `maxBytes` together. */
export function createLocalScrollSessionStore(maxBytes: number): ScrollSessionStore {
  const entries = new LRUCache<string, Entry>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes });
  return {
    load: async (key) => entries.get(key)?.walk,
    page: async (key, from) => entries.get(pageKey(key, from))?.body,
    async save(key, walk, pages) {
      for (const from of entries.peek(key)?.walk?.pageStarts ?? []) {
        if (!walk.pageStarts.includes(from)) entries.delete(pageKey(key, from));
      }
      entries.set(key, { walk, bytes: 1_000 });
      for (const { from, body } of pages) {
        if (walk.pageStarts.includes(from)) entries.set(pageKey(key, from), { body: apart(body), bytes: body.length });
      }
    },
    async acquireLease(key, { end }) {
      const entry = entries.get(key);
      if (entry?.walk === undefined) return 'lost';
      if (entry.walk.end !== end || entry.walk.ended) return 'moved';
      if (entry.claim !== undefined) return entry.claim;
      entry.claim = 'busy';
      // Saving puts another entry in its place, so that this one tells nobody anything any more.
      return {
        async release() {
          entry.claim = 'lost';
        },
      };
    },
    close: async () => entries.clear(),
  };
}

/** Bytes that keep no others: small buffers share a larger one. */
function apart(body: Buffer): Buffer {
  return body.buffer.byteLength === body.length ? body : Buffer.from(new Uint8Array(body).buffer);
}

function pageKey(key: string, from: number): string {
  return `${key}:${from}`;
}
