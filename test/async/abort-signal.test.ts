import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AbortSource, type Signal } from '../../src/async/abort-signal.ts';
import { collectGarbage } from '../support/collect-garbage.ts';

afterEach(() => void vi.restoreAllMocks());

type Aborting = { readonly signal: Signal; abort(reason: unknown): void };

const kinds: [string, () => Aborting][] = [
  ['an AbortSource', () => new AbortSource()],
  ['an AbortController', () => new AbortController()], // The platform defines the expected behaviour.
];

/** Creates listeners that add their names to `told` when they are called. */
function named(told: string[]): Record<'a' | 'b' | 'c' | 'd', () => void> {
  const tell = (name: string) => () => void told.push(name);
  return { a: tell('a'), b: tell('b'), c: tell('c'), d: tell('d') };
}

describe.each(kinds)('%s follows the rules of AbortSignal', (kind, make) => {
  test(`${kind} aborts once and keeps its first reason`, () => {
    const aborting = make();
    const { signal } = aborting;
    const told = vi.fn();
    signal.addEventListener('abort', told);
    expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
    signal.throwIfAborted();
    aborting.abort(new Error('first'));
    aborting.abort(new Error('second'));
    expect([signal.aborted, signal.reason]).toEqual([true, new Error('first')]);
    expect(() => signal.throwIfAborted()).toThrow('first');
    expect(told).toHaveBeenCalledTimes(1);
  });

  test(`${kind} is aborted with its reason when its listeners are called`, () => {
    const aborting = make();
    const { signal } = aborting;
    const seen: unknown[] = [];
    signal.addEventListener('abort', () => {
      seen.push(signal.aborted, signal.reason);
      aborting.abort('again');
    });
    aborting.abort('left');
    expect(seen).toEqual([true, 'left']);
  });

  test(`${kind} calls each listener once, in the order in which they were added`, () => {
    const aborting = make();
    const { signal } = aborting;
    const told: string[] = [];
    const { a, b, c, d } = named(told);
    for (const listener of [a, b, a, b, c]) signal.addEventListener('abort', listener);
    signal.removeEventListener('abort', a);
    for (const listener of [d, b, a]) signal.addEventListener('abort', listener); // A listener that is added again is the last one.
    aborting.abort('left');
    expect(told).toEqual(['b', 'c', 'd', 'a']);
  });

  test(`${kind} calls listeners that were added after others were removed`, () => {
    const aborting = make();
    const { signal } = aborting;
    const told: string[] = [];
    const { a, b, c, d } = named(told);
    for (const listener of [a, b]) signal.addEventListener('abort', listener);
    for (const listener of [a, b, b, d]) signal.removeEventListener('abort', listener);
    for (const listener of [c, d]) signal.addEventListener('abort', listener);
    aborting.abort('left');
    expect(told).toEqual(['c', 'd']);
  });

  test(`${kind} does not call a listener that an earlier listener removes`, () => {
    const aborting = make();
    const { signal } = aborting;
    const told: string[] = [];
    const { a, b, c } = named(told);
    signal.addEventListener('abort', () => signal.removeEventListener('abort', a));
    signal.addEventListener('abort', a);
    signal.addEventListener('abort', () => signal.removeEventListener('abort', b));
    for (const listener of [b, c]) signal.addEventListener('abort', listener);
    aborting.abort('left');
    expect(told).toEqual(['c']);
  });
});

test('an AbortSource does not call listeners that are added during the abort or later', () => {
  const aborting = new AbortSource(); // An AbortController calls some of them.
  const late = vi.fn();
  const add = () => aborting.addEventListener('abort', late);
  aborting.addEventListener('abort', add);
  aborting.addEventListener('abort', () => add());
  aborting.abort('left');
  add();
  aborting.abort('again');
  expect(late).not.toHaveBeenCalled();
});

/** Aborts, and returns the numbers of the called listeners in order; each listener removes others when it is called. */
function toldOf(aborting: Aborting, before: readonly [isAdded: boolean, number][], removed: number[][]): number[] {
  const { signal } = aborting;
  const told: number[] = [];
  const listeners = removed.map((others, n) => () => {
    told.push(n);
    for (const other of others) signal.removeEventListener('abort', numbered(other));
  });
  const numbered = (n: number) => listeners[n] ?? expect.fail();
  for (const [isAdded, n] of before) {
    if (isAdded) signal.addEventListener('abort', numbered(n));
    else signal.removeEventListener('abort', numbered(n));
  }
  aborting.abort('left');
  return told;
}

test('an AbortSource calls the same listeners as an AbortController, for any listeners that are added and removed', () => {
  const before = fc.array(fc.tuple(fc.boolean(), fc.nat(4)), { maxLength: 15 });
  const removed = fc.array(fc.array(fc.nat(4), { maxLength: 3 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(before, removed, (before, removed) => {
      const [ours, theirs] = kinds.map(([_, make]) => toldOf(make(), before, removed));
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 500 },
  );
});

function errorOf(task: () => void): unknown {
  try {
    return task();
  } catch (error) {
    return error;
  }
}

test('an error of a listener is thrown after the abort, and prevents neither other listeners nor the caller of abort', () => {
  const soon = vi.spyOn(globalThis, 'queueMicrotask').mockReturnValue();
  const aborting = new AbortSource();
  const told = vi.fn();
  for (const name of ['one', 'two']) {
    aborting.addEventListener('abort', () => {
      throw new Error(name);
    });
    aborting.addEventListener('abort', () => told(name));
  }
  aborting.abort('left');
  expect(told.mock.calls).toEqual([['one'], ['two']]);
  expect(soon.mock.calls.map(([task]) => errorOf(task))).toEqual([new Error('one'), new Error('two')]);
});

test('an AbortSource that was aborted keeps no references to its listeners', async () => {
  const aborting = new AbortSource();
  const listeners = [1, 2, 3].map(() => {
    const listener = () => undefined;
    aborting.addEventListener('abort', listener);
    return new WeakRef(listener);
  });
  aborting.abort('left');
  await new Promise(setImmediate); // A WeakRef keeps its target until the end of the tick.
  collectGarbage();
  expect(listeners.map((listener) => listener.deref())).toEqual([undefined, undefined, undefined]);
  expect(aborting.aborted).toBe(true);
});
