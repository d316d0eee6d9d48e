import { AbortSource } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import { NotFound } from '../../errors.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import type { Cache } from './cache.ts';
import type { CallDeadline, Coalescer, SharedRead } from './coalescer.ts';
import { type CachePolicy, cacheStateOf, cacheTimesOf, type Resource } from './policy.ts';
import { createReadThrough, type ReadRequest, type ReadThroughResult } from './read-through.ts';
import type { SharedCache } from './shared-cache.ts';

export type { Resource };

/** Where a response comes from. `shared` is another caller's pending read, `stale` a cached response that is not fresh. */
export type Origin = 'upstream' | 'shared' | 'cache' | 'stale';

/** A response. `ageMs` is the time since the upstream was called for it. */
export type CachedReadResult<T> = { value: T; origin: Origin; ageMs: number };

/** Reads through memory, pending reads, the shared cache and the upstream. */
export type CachedReads = {
  /** Reads a response. @throws what the upstream answers, unless a cached response may be served instead */
  read<T>(request: ReadRequest<T>): Promise<CachedReadResult<T>>;
  /** Invalidates a tag after a write: no later read gets an older response. Resolves after the other replicas are informed. */
  invalidate(tag: string): Promise<void>;
};

/** The parts of the cached reads, each of which may be absent. */
export type CachedReadsOptions = {
  coalescer?: Coalescer | undefined;
  cache?: Cache | undefined;
  sharedCache?: SharedCache | undefined;
  /** Without a policy nothing is cached. */
  policy?: CachePolicy | undefined;
  /** Called when a read has ended. */
  onRead?: ((result: ReadOutcome) => void) | undefined;
};

/** Where the response of a read comes from: also `not-found` for a resource that does not exist, and `failed`. */
export type ReadOutcome = Origin | 'not-found' | 'failed';

/** The time limit of a refresh, for which no caller waits, in ms. */
const refreshMs = 10_000;

/**
 * Creates the cached reads. A read is answered from memory, or joins a pending read of the same key, or reads through the
 * shared cache and the upstream.
 */
export function createCachedReads(options: CachedReadsOptions): CachedReads {
  const { coalescer, cache, sharedCache, policy = {}, onRead } = options;
  const refreshing = new Set<string>();
  const share = coalescer?.share ?? readAlone;
  const hashTag = (tag: string) => sharedCache?.hashTag(tag) ?? tag;

  /** While invalidations of other replicas may be missed, memory is neither read nor filled. */
  const memory = () => (sharedCache === undefined || sharedCache.isListening() ? cache : undefined);
  const readThrough = createReadThrough({ memory, sharedCache, policy });

  function invalidateHere(hashedTag: string): void {
    cache?.invalidate(hashedTag);
    coalescer?.invalidate(hashedTag);
  }

  sharedCache?.listen({
    onInvalidated: invalidateHere,
    onListening() {
      cache?.clear();
      coalescer?.invalidate();
    },
  });

  function load<T>(request: ReadRequest<T>, deadline: CallDeadline): SharedRead<ReadThroughResult<T>> {
    const { key, tag, mustBeFresh } = request;
    const hashedTag = hashTag(tag);
    const sharedKey = mustBeFresh ? `${key}\0fresh` : key;
    return share(sharedKey, hashedTag, deadline, (shared) => readThrough(request, hashedTag, shared));
  }

  /** Refreshes a stale response, once at a time. If that fails, the stale response stays until its end. */
  function refresh<T>(request: ReadRequest<T>): void {
    const { key } = request;
    if (refreshing.has(key)) return;
    refreshing.add(key);
    const timeout = new AbortSource();
    const endsAt = performance.now() + refreshMs;
    const timer = setTimeout(() => timeout.abort(new DOMException('Too slow.', 'TimeoutError')), refreshMs).unref();
    void load(request, { signal: timeout.signal, endsAt: () => endsAt })
      .result.catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        refreshing.delete(key);
      });
  }

  /** Returns the response in memory, unless it is gone. */
  function lookUp<T>({ key, resource, mustBeFresh, decode }: ReadRequest<T>) {
    const cached = mustBeFresh ? undefined : memory()?.get(key, decode);
    if (cached === undefined) return undefined;
    const ageMs = performance.now() - cached.requestedAt;
    const state = cacheStateOf(cacheTimesOf(policy, resource), cached.value, ageMs);
    // Reads with the same key have results of the same type.
    return state === 'gone' ? undefined : { value: cached.value as T | NotFound, state, ageMs };
  }

  /** Returns the response that is served without a call; undefined if a call is needed. */
  function serveFromMemory<T>(request: ReadRequest<T>): CachedReadResult<T> | undefined {
    const cached = lookUp(request);
    if (cached === undefined || cached.state === 'old') return undefined;
    const { value, state, ageMs } = cached;
    // A new error each time: an error object belongs to one operation.
    if (value instanceof NotFound) throw new NotFound(value.message);
    if (state === 'fresh') return { value, origin: 'cache', ageMs };
    refresh(request);
    return { value, origin: 'stale', ageMs };
  }

  /** Returns an old response if the upstream failed. @throws {error} if there is none */
  function serveOld<T>(request: ReadRequest<T>, error: unknown): CachedReadResult<T> {
    // Looked up again: it may have been invalidated meanwhile, or found in the shared cache.
    const old = failureKindOf(error).allowsStale ? lookUp(request) : undefined;
    if (old === undefined || old.value instanceof NotFound) throw error;
    return { value: old.value, origin: old.state === 'fresh' ? 'cache' : 'stale', ageMs: old.ageMs };
  }

  function readShared<T>(request: ReadRequest<T>): Promise<CachedReadResult<T>> {
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

  function read<T>(request: ReadRequest<T>): Promise<CachedReadResult<T>> {
    try {
      const served = serveFromMemory(request);
      return served === undefined ? readShared(request) : Promise.resolve(served);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  return {
    read: onRead === undefined ? read : (request) => reportRead(read(request), onRead),
    async invalidate(tag) {
      const hashedTag = hashTag(tag);
      invalidateHere(hashedTag);
      await sharedCache?.invalidate(hashedTag);
    },
  };
}

function reportRead<T>(
  result: Promise<CachedReadResult<T>>,
  onRead: (outcome: ReadOutcome) => void,
): Promise<CachedReadResult<T>> {
  return result.then(
    (response) => {
      onRead(response.origin);
      return response;
    },
    (error: unknown) => {
      onRead(error instanceof NotFound ? 'not-found' : 'failed');
      throw error;
    },
  );
}

/** Replaces the coalescer where it is switched off: each caller has its own read. */
function readAlone<T>(
  _key: string,
  _tag: string,
  deadline: CallDeadline,
  start: (shared: CallDeadline) => Promise<T>,
): SharedRead<T> {
  return { result: abortable(start(deadline), deadline.signal), joined: false };
}
