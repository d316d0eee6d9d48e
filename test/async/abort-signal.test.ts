import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AbortSource, type Signal } from '../../src/async/abort-signal.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

afterEach(() => void vi.restoreAllMocks());

type Aborting = { readonly signal: Signal; abort(reason: unknown): void };

const kinds: [string, () => Aborting][] = [
  ['ours', () => new AbortSource()],
  ['the platform', () => new AbortController()], // whose rules these are
];

/** Says the names of those who are told. */
function named(told: string[]): Record<'a' | 'b' | 'c' | 'd', () => void> {
  const tell = (name: string) => () => void told.push(name);
  return { a: tell('a'), b: tell('b'), c: tell('c'), d: tell('d') };
}

describe.each(kinds)('an abort of %s', (_, make) => {
  test('happens once, and its first reason stays', () => {
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

  test('has happened, for its reason, when it is told', () => {
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

  test('is told once to each who listens, in the order in which they came', () => {
    const aborting = make();
    const { signal } = aborting;
    const told: string[] = [];
    const { a, b, c, d } = named(told);
    for (const listener of [a, b, a, b, c]) signal.addEventListener('abort', listener);
    signal.removeEventListener('abort', a);
    for (const listener of [d, b, a]) signal.addEventListener('abort', listener); // who comes again comes last
    aborting.abort('left');
    expect(told).toEqual(['b', 'c', 'd', 'a']);
  });

  test('is told to those who come after others have left', () => {
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

  test('is not told to those whom an earlier listener removes', () => {
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

test('an abort is not told to those who come while it is told, or later', () => {
  const aborting = new AbortSource(); // the platform tells some of them
  const late = vi.fn();
  const add = () => aborting.addEventListener('abort', late);
  aborting.addEventListener('abort', add);
  aborting.addEventListener('abort', () => add());
  aborting.abort('left');
  add();
  aborting.abort('again');
  expect(late).not.toHaveBeenCalled();
});

/** The numbers of listeners as they are told; each of them removes others then. */
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

test('whatever is added before it, and removed before it or in its midst, ours is told as the platform tells it', () => {
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

test('what listeners throw keeps nobody from hearing, nor who aborts from going on: it is thrown after that', () => {
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

test('an abort that has been told holds none of those who listened', async () => {
  const aborting = new AbortSource();
  const listeners = [1, 2, 3].map(() => {
    const listener = () => undefined;
    aborting.addEventListener('abort', listener);
    return new WeakRef(listener);
  });
  aborting.abort('left');
  await new Promise(setImmediate); // until then what a WeakRef was made for stays
  collect();
  expect(listeners.map((listener) => listener.deref())).toEqual([undefined, undefined, undefined]);
  expect(aborting.aborted).toBe(true);
});
