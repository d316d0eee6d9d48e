import { LRUCache } from 'lru-cache';
import type { ResponseBody } from '../client/body.ts';
import type { ScrollSession } from './scroll-session.ts';

/** A page that was read before a client asked for it, and the session after it. */
export type PrefetchedPage = {
  readonly session: ScrollSession;
  readonly count: number;
  readonly body: ResponseBody;
};

/**
 * The pages that this process is prefetching. The scroll session store holds them as well, as it does all pages; here
 * they are already parsed, for the client that requests them at once.
 */
export type Prefetch = {
  /** Minimum number of rows of a page for which prefetching is worth its cost. */
  readonly minRows: number;
  start(key: string, read: () => Promise<PrefetchedPage | undefined>): void;
  /** Removes and returns a page that is pending or done. */
  take(key: string): Promise<PrefetchedPage | undefined> | undefined;
};

/** Maximum number of pages, and of bytes of each. A parsed page takes several times as much memory. */
const maxPages = 8;
const maxBytes = 4_000_000;

/** How long a page waits for its client, in ms. */
const pageTtlMs = 1_000;

/** @param minRows minimum number of rows of a page for which prefetching is worth its cost */
export function createPrefetch(minRows: number): Prefetch {
  const pages = new LRUCache<string, Promise<PrefetchedPage | undefined>>({
    max: maxPages,
    ttl: pageTtlMs,
    ttlAutopurge: true,
  });
  return {
    minRows,
    start: (key, read) => void pages.set(key, read().then(undefinedIfTooLarge)),
    take(key) {
      const page = pages.get(key);
      pages.delete(key);
      return page;
    },
  };
}

function undefinedIfTooLarge(page: PrefetchedPage | undefined): PrefetchedPage | undefined {
  return page !== undefined && page.body.bytes.length <= maxBytes ? page : undefined;
}
