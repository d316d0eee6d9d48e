import { Abort, type Signal } from '../../abort.ts';
import { hasLeft } from '../abortable.ts';

/** Somebody who waits: until they leave, or until `endsAt()`, in ms on the monotonic clock. */
export type Waiter = { readonly signal: Signal; endsAt(): number };

/** Identical reads in flight are one read, whose result all who ask for it get: the same object. */
export type Coalescer = {
  /**
   * Joins the flight with this key, or starts one. Nothing is shared across keys: a key is the whole identity of a
   * read, and begins with who the caller is, so that nobody gets what was read for another.
   *
   * Who leaves is told so at once, and the others wait on. When the last one leaves, `shared.signal` aborts, for
   * the reason of that one, and the flight is not joined any more.
   *
   * @param tag what it may be forgotten by
   * @param start begins the work; `shared` is all who wait, as one: until the last of them leaves or is out of time
   */
  share<T>(key: string, tag: string, waiter: Waiter, start: (shared: Waiter) => Promise<T>): Shared<T>;
  /**
   * Flights of this tag, or all, go on for those who wait, and nobody joins them any more: they may have read what
   * was before a write.
   */
  forget(tag?: string): void;
  /** Flights that can be joined. */
  readonly size: number;
};

export type Shared<T> = { result: Promise<T>; joined: boolean };

type Flight = { readonly tag: string; readonly waiting: Set<Seat>; readonly leaving: Abort };

/** Of one who waits. Somebody who asks twice has two. */
type Seat = { readonly waiter: Waiter; settle(result: Promise<unknown>): void };

export function createCoalescer(): Coalescer {
  const flights = new Map<string, Flight>();

  function land(key: string, flight: Flight): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  function take<T>(key: string, flight: Flight, waiter: Waiter): Promise<T> {
    const { signal } = waiter;
    const { promise, resolve } = Promise.withResolvers<T>();
    const seat: Seat = {
      waiter,
      settle(result) {
        signal.removeEventListener('abort', leave);
        flight.waiting.delete(seat);
        resolve(result as Promise<T>); // a key is the whole identity of a read, so of its type
      },
    };
    function leave(): void {
      seat.settle(hasLeft(signal));
      if (flight.waiting.size > 0) return;
      land(key, flight); // before others hear of it: who comes in the same tick flies anew
      flight.leaving.abort(signal.reason);
    }
    flight.waiting.add(seat);
    signal.addEventListener('abort', leave);
    return promise;
  }

  return {
    share(key, tag, waiter, start) {
      if (waiter.signal.aborted) return { result: hasLeft(waiter.signal), joined: false };
      const flying = flights.get(key);
      if (flying !== undefined) return { result: take(key, flying, waiter), joined: true };
      const flight: Flight = { tag, waiting: new Set(), leaving: new Abort() };
      flights.set(key, flight);
      const result = take<Awaited<ReturnType<typeof start>>>(key, flight, waiter);
      const work = begin(start, flight);
      const settle = () => {
        land(key, flight);
        for (const seat of flight.waiting) seat.settle(work);
      };
      work.then(settle, settle);
      return { result, joined: false };
    },
    forget(tag) {
      for (const [key, flight] of flights) if (tag === undefined || flight.tag === tag) flights.delete(key);
    },
    get size() {
      return flights.size;
    },
  };
}

/** What `start` throws at once is a rejection like any other. */
function begin<T>(start: (shared: Waiter) => Promise<T>, { waiting, leaving }: Flight): Promise<T> {
  try {
    return start({ signal: leaving.signal, endsAt: () => latest(waiting) });
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Asked for each call: whoever waits alone, as nearly everybody does, is to cost nothing. */
function latest(waiting: ReadonlySet<Seat>): number {
  let last = -Infinity;
  for (const { waiter } of waiting) last = Math.max(last, waiter.endsAt());
  return last;
}
