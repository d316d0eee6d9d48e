import { LRUCache } from 'lru-cache';
import type { ResponseBody } from '../client/body.ts';
import type { ScrollSession } from './scroll-session.ts';

/** A page that was read before anybody asked for it, with the walk behind it. */
export type PrefetchedPage = {
  readonly walk: ScrollSession;
  readonly count: number;
  readonly body: ResponseBody;
};

/**
 * The pages that are being read ahead in this process. They are in the scroll store as well, as all pages are: here
 * they are parsed already, for the client that comes for them at once.
 */
export type Prefetch = {
  /** Rows of a page from which on it is worth it. */
  readonly rows: number;
  start(key: string, read: () => Promise<PrefetchedPage | undefined>): void;
  /** The page of a walk and rank, if it is on its way; once, for whoever asks first. */
  take(key: string): Promise<PrefetchedPage | undefined> | undefined;
};

/** Pages at once, and bytes of each: parsed they take several times as much. Others are left to the store. */
const maxPages = 8;
const maxBytes = 4_000_000;

/** How long a page is kept for a client that does not come, in ms. */
const keptMs = 1_000;

export function createPrefetch(rows: number): Prefetch {
  const pages = new LRUCache<string, Promise<PrefetchedPage | undefined>>({
    max: maxPages,
    ttl: keptMs,
    ttlAutopurge: true,
  });
  return {
    rows,
    start: (key, read) => void pages.set(key, read().then(unlessHuge)),
    take(key) {
      const page = pages.get(key);
      pages.delete(key);
      return page;
    },
  };
}

function unlessHuge(page: PrefetchedPage | undefined): PrefetchedPage | undefined {
  return page !== undefined && page.body.bytes.length <= maxBytes ? page : undefined;
}
