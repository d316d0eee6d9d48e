import { AbortSource, type Signal } from '../../async/abort-signal.ts';
import { rejectAborted } from '../../async/abortable.ts';

/** Somebody who waits: until they leave, or until `endsAt()`, in ms on the monotonic clock. */
export type CallDeadline = { readonly signal: Signal; endsAt(): number };

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
  share<T>(key: string, tag: string, waiter: CallDeadline, start: (shared: CallDeadline) => Promise<T>): SharedRead<T>;
  /**
   * Flights of this tag, or all, go on for those who wait, and nobody joins them any more: they may have read what
   * was before a write.
   */
  invalidate(tag?: string): void;
  /** Flights that can be joined. */
  readonly size: number;
};

export type SharedRead<T> = { result: Promise<T>; joined: boolean };

type Flight = { readonly tag: string; readonly leaving: AbortSource; seats: Seat[] };

/** Of one who waits. Somebody who asks twice has two. */
type Seat = {
  readonly waiter: CallDeadline;
  leave(): void;
  resolve(value: unknown): void;
  reject(error: unknown): void;
};

export function createCoalescer(): Coalescer {
  const flights = new Map<string, Flight>();

  function close(key: string, flight: Flight): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  function take<T>(key: string, flight: Flight, waiter: CallDeadline): Promise<T> {
    const { signal } = waiter;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    function leave(): void {
      signal.removeEventListener('abort', leave);
      flight.seats = flight.seats.filter((each) => each !== seat);
      resolve(rejectAborted(signal));
      if (flight.seats.length > 0) return;
      close(key, flight); // before others hear of it: who comes in the same tick flies anew
      flight.leaving.abort(signal.reason);
    }
    // A key is the whole identity of a read, so of its type.
    const seat: Seat = { waiter, leave, resolve: resolve as Seat['resolve'], reject };
    // What grows by `push` begins with room for seventeen, and nearly everybody waits alone.
    if (flight.seats.length === 0) flight.seats = [seat];
    else flight.seats.push(seat);
    signal.addEventListener('abort', leave);
    return promise;
  }

  return {
    share(key, tag, waiter, start) {
      if (waiter.signal.aborted) return { result: rejectAborted(waiter.signal), joined: false };
      const flying = flights.get(key);
      if (flying !== undefined) return { result: take(key, flying, waiter), joined: true };
      const flight: Flight = { tag, leaving: new AbortSource(), seats: [] };
      flights.set(key, flight);
      const result = take<Awaited<ReturnType<typeof start>>>(key, flight, waiter);
      begin(start, flight).then(
        (value) => {
          close(key, flight);
          for (const { resolve } of empty(flight)) resolve(value);
        },
        (error: unknown) => {
          close(key, flight);
          for (const { reject } of empty(flight)) reject(error);
        },
      );
      return { result, joined: false };
    },
    invalidate(tag) {
      for (const [key, flight] of flights) if (tag === undefined || flight.tag === tag) flights.delete(key);
    },
    get size() {
      return flights.size;
    },
  };
}

/** What `start` throws at once is a rejection like any other. */
function begin<T>(start: (shared: CallDeadline) => Promise<T>, flight: Flight): Promise<T> {
  try {
    return start({ signal: flight.leaving.signal, endsAt: () => latest(flight.seats) });
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Whoever sat there leaves no more: they have arrived. */
function empty(flight: Flight): readonly Seat[] {
  const { seats } = flight;
  flight.seats = [];
  for (const { waiter, leave } of seats) waiter.signal.removeEventListener('abort', leave);
  return seats;
}

/** Asked for each call: whoever waits alone, as nearly everybody does, is to cost nothing. */
function latest(seats: readonly Seat[]): number {
  let last = -Infinity;
  for (const { waiter } of seats) last = Math.max(last, waiter.endsAt());
  return last;
}
