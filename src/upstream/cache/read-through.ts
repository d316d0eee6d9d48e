import { NotFound } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import { failureKindOf } from '../resilience/failure-kinds.ts';
import type { Cache } from './cache.ts';
import type { ReadRequest } from './cached-read.ts';
import type { CallDeadline } from './coalescer.ts';
import { type CachePolicy, cacheStateOf, cacheTimesOf, lifetimeMs } from './policy.ts';
import type { SharedCache } from './shared-cache.ts';

/** @property at when it was asked of the upstream, on the monotonic clock, in ms */
export type ReadThroughResult<T> = { value: T; requestedAt: number; origin: 'cache' | 'upstream' };

/** Reads what memory does not have, for all who wait for it, and keeps it. */
export type ReadThrough = <T>(
  request: ReadRequest<T>,
  name: string,
  shared: CallDeadline,
) => Promise<ReadThroughResult<T>>;

export type ReadThroughOptions = {
  /** Undefined as long as it is not to be trusted. */
  memory: () => Cache | undefined;
  sharedCache: SharedCache | undefined;
  policy: CachePolicy;
};

/** What all replicas keep, while it is fresh, else the upstream. */
export function createReadThrough({ memory, sharedCache, policy }: ReadThroughOptions): ReadThrough {
  /**
   * Asks the upstream, and puts into memory what it says. What memory is given when it is not trusted any more it forgets
   * before it is trusted again.
   */
  function ask<T>(request: ReadRequest<T>, name: string, shared: CallDeadline): Promise<Asked<T>> {
    const { key, resource, fetch, decode } = request;
    const rule = cacheTimesOf(policy, resource);
    const cache = memory();
    const mark = cache?.currentInvalidation() ?? 0;
    const requestedAt = performance.now();
    function keep({ bytes, json }: ResponseBody): Asked<T> {
      try {
        const value = decode(bytes, json);
        if (lifetimeMs(rule) > 0) cache?.put(key, name, mark, { value, requestedAt, bytes });
        return { value, requestedAt, origin: 'upstream', bytes };
      } catch (error) {
        return learn(error);
      }
    }
    function learn(error: unknown): never {
      if (failureKindOf(error).revokesCached) memory()?.drop(key);
      if (error instanceof NotFound && rule.absentMs > 0) {
        cache?.put(key, name, mark, { value: toKept(error), requestedAt: performance.now(), bytes: undefined });
      }
      throw error;
    }
    return fetch(shared).then(keep, learn);
  }

  /** Finds what another replica has asked for, and tells the others what was asked here. */
  async function findOrAsk<T>(
    elsewhere: Promise<There>,
    ...asked: Parameters<typeof ask<T>>
  ): Promise<ReadThroughResult<T>> {
    const [{ key, resource, decode }, name, shared] = asked;
    const rule = cacheTimesOf(policy, resource);
    const cache = memory();
    const mark = cache?.currentInvalidation() ?? 0;
    const { found } = await elsewhere;
    const known = found && decoded(found.bytes, decode);
    if (found !== undefined && known !== undefined) {
      const requestedAt = performance.now() - found.ageMs;
      // Also when it is no longer fresh: memory has it then in case that the upstream fails.
      cache?.put(key, name, mark, { value: known.value, requestedAt, bytes: found.bytes });
      if (cacheStateOf(rule, known.value, found.ageMs) === 'fresh') return { ...known, requestedAt, origin: 'cache' };
    }
    shared.signal.throwIfAborted();
    try {
      const { bytes, ...through } = await ask(...asked);
      // Nobody waits for that; a server that is not there has kept nothing.
      void elsewhere.then((there) => there.store(bytes, performance.now() - through.requestedAt, lifetimeMs(rule)));
      return through;
    } catch (error) {
      if (failureKindOf(error).revokesCached) void elsewhere.then((there) => there.drop());
      throw error;
    }
  }

  return (request, name, shared) => {
    const { key, resource, mustBeFresh } = request;
    const elsewhere =
      lifetimeMs(cacheTimesOf(policy, resource)) > 0 ? sharedCache?.startRead(name, key, !mustBeFresh) : undefined;
    return elsewhere === undefined ? ask(request, name, shared) : findOrAsk(elsewhere, request, name, shared);
  };
}

type Asked<T> = ReadThroughResult<T> & { bytes: Buffer };
type There = Awaited<ReturnType<SharedCache['startRead']>>;

function decoded<T>(bytes: Buffer, decode: (bytes: Buffer) => T): { value: T } | undefined {
  try {
    return { value: decode(bytes) };
  } catch {
    return undefined;
  }
}

/**
 * The absence as it is cached. The stack of an error holds the objects of all its callers: 650 bytes and more for each
 * identifier that a client makes up, which the cache does not count.
 */
function toKept({ message }: NotFound): NotFound {
  const absence = new NotFound(message);
  absence.stack = '';
  return absence;
}
