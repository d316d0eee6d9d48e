import { NotFound } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import type { Cache } from './cache.ts';
import type { CallDeadline } from './coalescer.ts';
import { type CachePolicy, cacheStateOf, cacheTimesOf, lifetimeMs, type Resource } from './policy.ts';
import type { SharedCache, SharedCacheRead } from './shared-cache.ts';

/** A read that may be cached and shared. */
export type ReadRequest<T> = {
  /** Identifies the read. It begins with the identity of the caller, so that no caller gets what was read for another. */
  key: string;
  /** The contact that is read, by organization and cid. A write to the contact invalidates this tag. */
  tag: string;
  resource: Resource;
  /** How long the caller waits. */
  deadline: CallDeadline;
  /** Uses no cached response, and joins no read that might use one. The new response is cached. */
  mustBeFresh: boolean;
  /** Calls the upstream. `shared` is the combined deadline of all callers of the read. */
  fetch(shared: CallDeadline): Promise<ResponseBody>;
  /**
   * Decodes a body, or throws. Without `json`, the bytes are in a buffer that will be overwritten, so that the result must not
   * refer to them.
   *
   * @param json the parsed body, if it was just received
   */
  decode(bytes: Buffer, json?: unknown): T;
};

/** A response. `requestedAt` is when the upstream was called for it, in ms on the monotonic clock. */
export type ReadThroughResult<T> = { value: T; requestedAt: number; origin: 'cache' | 'upstream' };

/** Reads a response that is not in memory, and caches it. `shared` is the deadline of all callers that wait for it. */
export type ReadThrough = <T>(
  request: ReadRequest<T>,
  hashedTag: string,
  shared: CallDeadline,
) => Promise<ReadThroughResult<T>>;

/** The caches that a read passes. */
export type ReadThroughOptions = {
  /** Returns the cache in memory; undefined while it may be outdated. */
  memory: () => Cache | undefined;
  sharedCache: SharedCache | undefined;
  policy: CachePolicy;
};

/** Creates the read through the shared cache: a fresh response of the shared cache, or else a call of the upstream. */
export function createReadThrough({ memory, sharedCache, policy }: ReadThroughOptions): ReadThrough {
  /**
   * Calls the upstream and caches the response in memory. If memory is outdated by then, that is harmless: it is cleared before
   * it is used again.
   */
  function callUpstream<T>(
    request: ReadRequest<T>,
    hashedTag: string,
    shared: CallDeadline,
  ): Promise<UpstreamResult<T>> {
    const { key, resource, fetch, decode } = request;
    const times = cacheTimesOf(policy, resource);
    const cache = memory();
    const invalidation = cache?.currentInvalidation() ?? 0;
    const requestedAt = performance.now();
    function onResponse({ bytes, json }: ResponseBody): UpstreamResult<T> {
      try {
        const value = decode(bytes, json);
        if (lifetimeMs(times) > 0) cache?.put(key, hashedTag, invalidation, { value, requestedAt, bytes });
        return { value, requestedAt, origin: 'upstream', bytes };
      } catch (error) {
        return onError(error);
      }
    }
    function onError(error: unknown): never {
      if (failureKindOf(error).revokesCached) memory()?.drop(key);
      if (error instanceof NotFound && times.absentMs > 0) {
        cache?.put(key, hashedTag, invalidation, {
          value: withoutStack(error),
          requestedAt: performance.now(),
          bytes: undefined,
        });
      }
      throw error;
    }
    return fetch(shared).then(onResponse, onError);
  }

  /** Looks the response up in the shared cache, and stores it there if the upstream had to be called. */
  async function findOrCall<T>(
    sharedRead: Promise<SharedCacheRead>,
    ...call: Parameters<typeof callUpstream<T>>
  ): Promise<ReadThroughResult<T>> {
    const [{ key, resource, decode }, hashedTag, shared] = call;
    const times = cacheTimesOf(policy, resource);
    const cache = memory();
    const invalidation = cache?.currentInvalidation() ?? 0;
    const { found } = await sharedRead;
    const decoded = found && tryDecode(found.bytes, decode);
    if (found !== undefined && decoded !== undefined) {
      const requestedAt = performance.now() - found.ageMs;
      // Also if it is no longer fresh: it may be served from memory if the upstream fails.
      cache?.put(key, hashedTag, invalidation, { value: decoded.value, requestedAt, bytes: found.bytes });
      if (cacheStateOf(times, decoded.value, found.ageMs) === 'fresh')
        return { ...decoded, requestedAt, origin: 'cache' };
    }
    shared.signal.throwIfAborted();
    try {
      const { bytes, ...through } = await callUpstream(...call);
      // The caller does not wait for the shared cache.
      void sharedRead.then((read) => read.store(bytes, performance.now() - through.requestedAt, lifetimeMs(times)));
      return through;
    } catch (error) {
      if (failureKindOf(error).revokesCached) void sharedRead.then((read) => read.drop());
      throw error;
    }
  }

  return (request, hashedTag, shared) => {
    const { key, resource, mustBeFresh } = request;
    const sharedRead =
      lifetimeMs(cacheTimesOf(policy, resource)) > 0 ? sharedCache?.startRead(hashedTag, key, !mustBeFresh) : undefined;
    return sharedRead === undefined
      ? callUpstream(request, hashedTag, shared)
      : findOrCall(sharedRead, request, hashedTag, shared);
  };
}

type UpstreamResult<T> = ReadThroughResult<T> & { bytes: Buffer };

/** Returns undefined for bytes that cannot be decoded: another release may have stored them. */
function tryDecode<T>(bytes: Buffer, decode: (bytes: Buffer) => T): { value: T } | undefined {
  try {
    return { value: decode(bytes) };
  } catch {
    return undefined;
  }
}

/**
 * Copies the error without its stack. A stack refers to the objects of all callers: 650 bytes and more for each identifier
 * that a client invents, which the cache does not count.
 */
function withoutStack({ message }: NotFound): NotFound {
  const absence = new NotFound(message);
  absence.stack = '';
  return absence;
}
