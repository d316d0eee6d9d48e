import { NotFound } from '../../errors.ts';
import type { Cache } from './cache.ts';
import { type CacheRules, isRevocation, lifeOf, ruleOf, stateOf } from './cache-rules.ts';
import type { Waiter } from './coalescer.ts';
import type { ReadRequest } from './reads.ts';
import type { SharedCache } from './shared-cache.ts';

/** @property at when it was asked of the upstream, on the monotonic clock, in ms */
export type Through<T> = { value: T; at: number; origin: 'cache' | 'upstream' };

/** Reads what memory does not have, for all who wait for it, and keeps it. */
export type ReadThrough = <T>(request: ReadRequest<T>, name: string, shared: Waiter) => Promise<Through<T>>;

export type ReadThroughOptions = {
  /** Undefined as long as it is not to be trusted. */
  memory: () => Cache | undefined;
  sharedCache: SharedCache | undefined;
  rules: CacheRules;
};

/** What all replicas keep, while it is fresh, else the upstream. */
export function createReadThrough({ memory, sharedCache, rules }: ReadThroughOptions): ReadThrough {
  return async (request, name, shared) => {
    const { key, resource, mustBeFresh, fetch, decode } = request;
    const rule = ruleOf(rules, resource);
    const lifeMs = lifeOf(rule);
    // What memory is given when it is not trusted any more it forgets before it is trusted again.
    const cache = memory();
    const mark = cache?.mark() ?? 0;
    const elsewhere = lifeMs === 0 ? undefined : sharedCache?.begin(name, key, !mustBeFresh);
    try {
      const found = elsewhere && (await elsewhere).found;
      const known = found && decoded(found.bytes, decode);
      if (found !== undefined && known !== undefined) {
        const at = performance.now() - found.ageMs;
        // Also when it is no longer fresh: memory has it then in case that the upstream fails.
        cache?.keep(key, name, mark, { value: known.value, at, bytes: found.bytes });
        if (stateOf(rule, known.value, found.ageMs) === 'fresh') return { ...known, at, origin: 'cache' };
      }
      shared.signal.throwIfAborted();
      const at = performance.now();
      const { value, bytes } = await fetch(shared);
      if (lifeMs > 0) cache?.keep(key, name, mark, { value, at, bytes });
      // Nobody waits for that; a server that is not there has kept nothing.
      void elsewhere?.then((there) => there.keep(bytes, performance.now() - at, lifeMs));
      return { value, at, origin: 'upstream' };
    } catch (error) {
      if (isRevocation(error)) {
        memory()?.drop(key);
        void elsewhere?.then((there) => there.drop());
      }
      if (error instanceof NotFound && rule.absentMs > 0) {
        cache?.keep(key, name, mark, { value: error, at: performance.now(), bytes: undefined });
      }
      throw error;
    }
  };
}

function decoded<T>(bytes: Buffer, decode: (bytes: Buffer) => T): { value: T } | undefined {
  try {
    return { value: decode(bytes) };
  } catch {
    return undefined;
  }
}
