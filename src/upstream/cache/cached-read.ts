import { AbortSource } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import { NotFound } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import type { Cache } from './cache.ts';
import type { CallDeadline, Coalescer, SharedRead } from './coalescer.ts';
import { type CachePolicy, cacheStateOf, cacheTimesOf, type Resource } from './policy.ts';
import { createReadThrough, type ReadThroughResult } from './read-through.ts';
import type { SharedCache } from './shared-cache.ts';

export type { Resource };

export type ReadRequest<T> = {
  /** The whole identity of the read. It begins with the caller: nobody gets what was read for another. */
  key: string;
  /** The contact that it is about, by organization and cid: what a write to it makes worthless. */
  tag: string;
  resource: Resource;
  deadline: CallDeadline;
  /** Nothing that is cached is used, nor is a read joined that might use it; what comes is kept. */
  mustBeFresh: boolean;
  fetch(shared: CallDeadline): Promise<ResponseBody>;
  /**
   * Throws when it cannot be. It keeps nothing of bytes that come alone, in whose place there are others soon.
   *
   * @param json what they are, parsed, of a body that was fetched
   */
  decode(bytes: Buffer, json?: unknown): T;
};

/** `shared`: of a read that was on its way. `stale`: no longer fresh, be it fetched anew or because the upstream fails. */
export type Origin = 'upstream' | 'shared' | 'cache' | 'stale';

/** @property ageMs since it was asked of the upstream */
export type CachedReadResult<T> = { value: T; origin: Origin; ageMs: number };

export type CachedReads = {
  read<T>(request: ReadRequest<T>): Promise<CachedReadResult<T>>;
  /** After a write: no read that begins now gets what was before it. Resolves when the other replicas have been told. */
  invalidate(tag: string): Promise<void>;
};

export type CachedReadsOptions = {
  coalescer?: Coalescer | undefined;
  cache?: Cache | undefined;
  sharedCache?: SharedCache | undefined;
  /** Without them nothing is kept. */
  policy?: CachePolicy | undefined;
};

/** How long an answer that nobody waits for may take, in ms. */
const refreshMs = 10_000;

/** The way of a read: memory, else one flight for all who ask; there the cache of all replicas, else the upstream. */
export function createCachedReads({ coalescer, cache, sharedCache, policy = {} }: CachedReadsOptions): CachedReads {
  const refreshing = new Set<string>();
  const share = coalescer?.share ?? alone;
  const nameOf = (tag: string) => sharedCache?.hashTag(tag) ?? tag;

  /** What other replicas wrote may have been missed: nothing is served from memory then, and nothing put there. */
  const memory = () => (sharedCache === undefined || sharedCache.isListening() ? cache : undefined);
  const readThrough = createReadThrough({ memory, sharedCache, policy });

  function forgetHere(name: string): void {
    cache?.invalidate(name);
    coalescer?.invalidate(name);
  }

  sharedCache?.listen({
    onInvalidated: forgetHere,
    onListening() {
      cache?.clear();
      coalescer?.invalidate();
    },
  });

  function load<T>(request: ReadRequest<T>, waiter: CallDeadline): SharedRead<ReadThroughResult<T>> {
    const { key, tag, mustBeFresh } = request;
    const name = nameOf(tag);
    const flight = mustBeFresh ? `${key}\0fresh` : key;
    return share(flight, name, waiter, (shared) => readThrough(request, name, shared));
  }

  /** One for all: who comes meanwhile is served what is there. When it fails, that stays until its time. */
  function refresh<T>(request: ReadRequest<T>): void {
    const { key } = request;
    if (refreshing.has(key)) return;
    refreshing.add(key);
    const leaving = new AbortSource();
    const endsAt = performance.now() + refreshMs;
    const timer = setTimeout(() => leaving.abort(new DOMException('Too slow.', 'TimeoutError')), refreshMs).unref();
    void load(request, { signal: leaving.signal, endsAt: () => endsAt })
      .result.catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        refreshing.delete(key);
      });
  }

  /** What memory has for this, unless it is good for nothing any more. */
  function recall<T>({ key, resource, mustBeFresh, decode }: ReadRequest<T>) {
    const held = mustBeFresh ? undefined : memory()?.get(key, decode);
    if (held === undefined) return undefined;
    const ageMs = performance.now() - held.requestedAt;
    const state = cacheStateOf(cacheTimesOf(policy, resource), held.value, ageMs);
    // The key is the whole identity of the read, so of its type.
    return state === 'gone' ? undefined : { value: held.value as T | NotFound, state, ageMs };
  }

  /** What is served of it without asking; undefined when it is to be asked for. */
  function serve<T>(request: ReadRequest<T>): CachedReadResult<T> | undefined {
    const held = recall(request);
    if (held === undefined || held.state === 'old') return undefined;
    const { value, state, ageMs } = held;
    // Another one each time: this one belongs to who asked first.
    if (value instanceof NotFound) throw new NotFound(value.message);
    if (state === 'fresh') return { value, origin: 'cache', ageMs };
    refresh(request);
    return { value, origin: 'stale', ageMs };
  }

  /** What is served although it is old, because the upstream fails. */
  function serveOld<T>(request: ReadRequest<T>, error: unknown): CachedReadResult<T> {
    // Asked again: it may have been forgotten meanwhile, or found where all replicas keep it.
    const old = failureKindOf(error).allowsStale ? recall(request) : undefined;
    if (old === undefined || old.value instanceof NotFound) throw error;
    return { value: old.value, origin: old.state === 'fresh' ? 'cache' : 'stale', ageMs: old.ageMs };
  }

  function ask<T>(request: ReadRequest<T>): Promise<CachedReadResult<T>> {
    const { result, joined } = load(request, request.deadline);
    return result.then(
      ({ value, requestedAt, origin }) => ({
        value,
        origin: joined ? 'shared' : origin,
        ageMs: performance.now() - requestedAt,
      }),
      (error: unknown) => serveOld(request, error),
    );
  }

  return {
    read(request) {
      try {
        const served = serve(request);
        return served === undefined ? ask(request) : Promise.resolve(served);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    async invalidate(tag) {
      const name = nameOf(tag);
      forgetHere(name);
      await sharedCache?.invalidate(name);
    },
  };
}

/** A read of its own for each who asks. */
function alone<T>(
  _key: string,
  _tag: string,
  waiter: CallDeadline,
  start: (shared: CallDeadline) => Promise<T>,
): SharedRead<T> {
  return { result: abortable(start(waiter), waiter.signal), joined: false };
}
