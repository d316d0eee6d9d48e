import type { RouteName } from './routes.ts';
import { routeNames } from './routes.ts';

/** One call to the upstream. The log never holds a token, only its id. */
export type LoggedCall = {
  /** When the request was received, in milliseconds since 1970 with fractions, by the clock of the machine. */
  readonly at: number;
  readonly method: string;
  /** The request target exactly as it was received. */
  readonly path: string;
  readonly route: RouteName;
  /** HTTP status of the response; 0 until it is sent. */
  readonly status: number;
  /** The `jti` of the token, if the token was valid. */
  readonly tokenId?: string;
  /** Whether the client disconnected before the response was complete. */
  readonly aborted: boolean;
};

/** A call that has not ended. Each method updates the entry in the log immediately. */
export type PendingCall = {
  /** Records the HTTP status, and the id of the token if it was valid. */
  recordResponse(status: number, tokenId?: string): void;
  /** Records that the connection of the call was closed, and whether the client aborted it. */
  recordEnd(aborted: boolean): void;
};

/** The calls that the emulator has received. */
export type CallLog = {
  start(call: { method: string; path: string; route: RouteName }): PendingCall;
  calls(): readonly LoggedCall[];
  counts(): Readonly<Record<RouteName, number>>;
  inFlight(): number;
  peakInFlight(): number;
  aborted(): number;
  clear(): void;
};

/** The number of calls that are kept individually. The counts are not limited. */
const capacity = 50_000;

/** Creates an empty log. */
export function createCallLog(): CallLog {
  let calls: { -readonly [K in keyof LoggedCall]: LoggedCall[K] }[] = [];
  let counts = zeroCounts();
  let inFlight = 0;
  let peak = 0;
  let aborted = 0;

  return {
    start(call) {
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
        recordResponse(status, tokenId) {
          entry.status = status;
          if (tokenId !== undefined) entry.tokenId = tokenId;
        },
        recordEnd(isAborted) {
          inFlight--;
          entry.aborted = isAborted;
          if (isAborted) aborted++;
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
      counts = zeroCounts();
      peak = inFlight;
      aborted = 0;
    },
  };
}

function zeroCounts(): Record<RouteName, number> {
  // The cast is safe because every route name is a key.
  return Object.fromEntries(routeNames.map((name) => [name, 0])) as Record<RouteName, number>;
}
