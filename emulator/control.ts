import type { LoggedCall } from './call-log.ts';
import type { RedeemLimit } from './customer-tokens.ts';
import type { FaultRule } from './faults.ts';
import type { LatencyRule } from './latency.ts';
import type { Options } from './options.ts';
import type { Gate } from './request-handler.ts';
import type { RouteName } from './routes.ts';
import type { ScrollSettings } from './scroll.ts';
import { defaultLifetime } from './token-issuer.ts';

/** The door through which tests look into the upstream and make it misbehave; HTTP has the same under `/__emulator`. */
export type Control = {
  /** The calls since the last reset, in the order of their arrival. */
  calls(): readonly LoggedCall[];
  clearLog(): void;
  /** How many calls there were, by route. */
  counts(): Readonly<Record<RouteName, number>>;
  /** Calls that have arrived and not ended. */
  loggedInFlight(): number;
  peakInFlight(): number;
  /** Calls whose client went away before it had its answer. */
  abortedByClient(): number;
  /** Lets calls go wrong. Rules are tried in the order of their arrival. */
  fault(rule: FaultRule): void;
  clearFaults(): void;
  /** Makes answers late: all, or those to a pattern. The call is made at once, only its answer waits. */
  latency(rule: LatencyRule): void;
  /** Puts the upstream's clock ahead, or behind with a negative number. */
  clock(setting: { skewSeconds: number }): void;
  /** Lifetime of the JWTs issued from now on. */
  tokenLifetime(seconds: number): void;
  /** Makes every JWT issued so far invalid. */
  expireTokens(): void;
  /** How often a client may redeem customer tokens. */
  redeemLimit(limit: RedeemLimit): void;
  scrolls(settings: Partial<ScrollSettings>): void;
  /** Forgets every scroll, as a restart of the upstream does. */
  dropScrolls(): void;
  /** Forgets the log, and puts everything above back to its default. The data stays as it is. */
  reset(): void;
};

export function createControl({ system, log, faults, latency }: Gate, options: Options): Control {
  const { clock, authority, scrolls, tokens } = system;
  return {
    calls: log.calls,
    clearLog: log.clear,
    counts: log.counts,
    loggedInFlight: log.inFlight,
    peakInFlight: log.peakInFlight,
    abortedByClient: log.aborted,
    fault: faults.add,
    clearFaults: faults.clear,
    latency: latency.set,
    clock: ({ skewSeconds }) => clock.skew(skewSeconds),
    tokenLifetime: authority.lifetime,
    expireTokens: authority.revokeAll,
    redeemLimit: tokens.limit,
    scrolls: scrolls.configure,
    dropScrolls: scrolls.drop,
    reset() {
      log.clear();
      faults.clear();
      latency.clear();
      clock.skew(0);
      authority.lifetime(defaultLifetime);
      tokens.limit(options.redeemLimit);
      scrolls.configure(options.scrolls);
    },
  };
}
