import { Abort } from '../../abort.ts';
import { NotFound } from '../../errors.ts';
import { abortable } from '../abortable.ts';
import type { Body } from '../body.ts';
import type { Cache } from './cache.ts';
import { type CacheRules, isFailure, type Resource, ruleOf, stateOf } from './cache-rules.ts';
import type { Coalescer, Shared, Waiter } from './coalescer.ts';
import { createReadThrough, type Through } from './read-through.ts';
import type { SharedCache } from './shared-cache.ts';

export type { Resource };

export type ReadRequest<T> = {
  /** The whole identity of the read. It begins with the caller: nobody gets what was read for another. */
  key: string;
  /** The contact that it is about, by organization and cid: what a write to it makes worthless. */
  tag: string;
  resource: Resource;
  waiter: Waiter;
  /** Nothing that is cached is used, nor is a read joined that might use it; what comes is kept. */
  mustBeFresh: boolean;
  fetch(shared: Waiter): Promise<Body>;
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
export type ReadAnswer<T> = { value: T; origin: Origin; ageMs: number };

export type Reads = {
  read<T>(request: ReadRequest<T>): Promise<ReadAnswer<T>>;
  /** After a write: no read that begins now gets what was before it. Resolves when the other replicas have been told. */
  forget(tag: string): Promise<void>;
};

export type ReadsOptions = {
  coalescer?: Coalescer | undefined;
  cache?: Cache | undefined;
  sharedCache?: SharedCache | undefined;
  /** Without them nothing is kept. */
  rules?: CacheRules | undefined;
};

/** How long an answer that nobody waits for may take, in ms. */
const refreshMs = 10_000;

/** The way of a read: memory, else one flight for all who ask; there the cache of all replicas, else the upstream. */
export function createReads({ coalescer, cache, sharedCache, rules = {} }: ReadsOptions): Reads {
  const refreshing = new Set<string>();
  const share = coalescer?.share ?? alone;
  const nameOf = (tag: string) => sharedCache?.nameOf(tag) ?? tag;

  /** What other replicas wrote may have been missed: nothing is served from memory then, and nothing put there. */
  const memory = () => (sharedCache === undefined || sharedCache.isListening() ? cache : undefined);
  const readThrough = createReadThrough({ memory, sharedCache, rules });

  function forgetHere(name: string): void {
    cache?.forget(name);
    coalescer?.forget(name);
  }

  sharedCache?.listen({
    onForgotten: forgetHere,
    onListening() {
      cache?.forgetAll();
      coalescer?.forget();
    },
  });

  function load<T>(request: ReadRequest<T>, waiter: Waiter): Shared<Through<T>> {
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
    const leaving = new Abort();
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
    const ageMs = performance.now() - held.at;
    const state = stateOf(ruleOf(rules, resource), held.value, ageMs);
    // The key is the whole identity of the read, so of its type.
    return state === 'gone' ? undefined : { value: held.value as T | NotFound, state, ageMs };
  }

  /** What is served of it without asking; undefined when it is to be asked for. */
  function serve<T>(request: ReadRequest<T>): ReadAnswer<T> | undefined {
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
  function serveOld<T>(request: ReadRequest<T>, error: unknown): ReadAnswer<T> {
    // Asked again: it may have been forgotten meanwhile, or found where all replicas keep it.
    const old = isFailure(error) ? recall(request) : undefined;
    if (old === undefined || old.value instanceof NotFound) throw error;
    return { value: old.value, origin: old.state === 'fresh' ? 'cache' : 'stale', ageMs: old.ageMs };
  }

  function ask<T>(request: ReadRequest<T>): Promise<ReadAnswer<T>> {
    const { result, joined } = load(request, request.waiter);
    return result.then(
      ({ value, at, origin }) => ({ value, origin: joined ? 'shared' : origin, ageMs: performance.now() - at }),
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
    async forget(tag) {
      const name = nameOf(tag);
      forgetHere(name);
      await sharedCache?.forget(name);
    },
  };
}

/** A read of its own for each who asks. */
function alone<T>(_key: string, _tag: string, waiter: Waiter, start: (shared: Waiter) => Promise<T>): Shared<T> {
  return { result: abortable(start(waiter), waiter.signal), joined: false };
}
