import type { Dispatcher, Pool } from 'undici';

/** What sends requests over sockets. */
export type Sockets = {
  /** The dispatcher for the next request. */
  current(): Dispatcher;
  /** Ends all sockets, also those of requests that are pending on an earlier dispatcher. */
  destroy(): Promise<void>;
};

/** Sends all requests with one dispatcher, which replaces its sockets itself. */
export function keepDispatcher(dispatcher: Dispatcher): Sockets {
  return { current: () => dispatcher, destroy: () => dispatcher.destroy() };
}

/**
 * Replaces a pool by a new one after its time, so that a changed address of the host is found; requests that are pending on the old one end there. undici's own `clientTtl`
 * looks at the clock for each of the sockets with each request, which takes 2 % of the CPU of W1
 * (`npm run bench:turns -- --workload W1`).
 *
 * @param ttlMs the time that a pool is used, in ms
 * @param prepare opens as many sockets for the next pool as the old one has, so that no request waits for one
 */
export function createRenewedPool(
  create: () => Pool,
  ttlMs: number,
  prepare: (sockets: number) => Promise<void>,
): Sockets {
  const retired = new Set<Pool>();
  let pool = create();
  let renewAt = performance.now() + ttlMs;
  let isDestroyed = false;

  async function renew(): Promise<void> {
    renewAt = Number.POSITIVE_INFINITY;
    await prepare(pool.stats.connected);
    if (isDestroyed) return;
    const old = pool;
    pool = create();
    renewAt = performance.now() + ttlMs;
    retired.add(old);
    await old.close();
    retired.delete(old);
  }

  return {
    current() {
      if (performance.now() > renewAt) void renew();
      return pool;
    },
    async destroy() {
      isDestroyed = true;
      await Promise.all([pool, ...retired].map((each) => each.destroy()));
    },
  };
}
