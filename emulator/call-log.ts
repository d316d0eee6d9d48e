import type { RouteName } from './routes.ts';
import { routeNames } from './routes.ts';

/** One request to the upstream. Never holds a token, only the id of one. */
export type LoggedCall = {
  /** When it arrived, in milliseconds since 1970 with fractions, by our own clock. */
  readonly at: number;
  readonly method: string;
  /** The request target exactly as it was received. */
  readonly path: string;
  readonly route: RouteName;
  /** Of the answer; 0 while there is none. */
  readonly status: number;
  /** The `jti` of the token, if it was a valid one. */
  readonly tokenId?: string;
  /** The client went away before it had its answer. */
  readonly aborted: boolean;
};

/** A call under way: what becomes of it shows in the log at once. */
export type OpenCall = {
  answered(status: number, tokenId?: string): void;
  closed(aborted: boolean): void;
};

export type CallLog = {
  open(call: { method: string; path: string; route: RouteName }): OpenCall;
  calls(): readonly LoggedCall[];
  counts(): Readonly<Record<RouteName, number>>;
  inFlight(): number;
  peakInFlight(): number;
  aborted(): number;
  clear(): void;
};

/** Calls remembered one by one; the counts go on for ever. */
const capacity = 50_000;

export function createCallLog(): CallLog {
  let calls: { -readonly [K in keyof LoggedCall]: LoggedCall[K] }[] = [];
  let counts = none();
  let inFlight = 0;
  let peak = 0;
  let aborted = 0;

  return {
    open(call) {
      const entry: (typeof calls)[number] = {
        at: performance.timeOrigin + performance.now(),
        ...call,
        status: 0,
        aborted: false,
      };
      calls.push(entry);
      if (calls.length >= 2 * capacity) calls = calls.slice(-capacity);
      counts[call.route]++;
      peak = Math.max(peak, ++inFlight);
      return {
        answered(status, tokenId) {
          entry.status = status;
          if (tokenId !== undefined) entry.tokenId = tokenId;
        },
        closed(early) {
          inFlight--;
          entry.aborted = early;
          if (early) aborted++;
        },
      };
    },
    calls: () => calls.slice(-capacity).map((call) => ({ ...call })),
    counts: () => ({ ...counts }),
    inFlight: () => inFlight,
    peakInFlight: () => peak,
    aborted: () => aborted,
    clear() {
      calls = [];
      counts = none();
      peak = inFlight;
      aborted = 0;
    },
  };
}

function none(): Record<RouteName, number> {
  // By construction: every name of a route is a key.
  return Object.fromEntries(routeNames.map((name) => [name, 0])) as Record<RouteName, number>;
}
