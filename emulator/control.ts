import { type Absence, defaultAbsence } from './absence.ts';
import type { LoggedCall } from './call-log.ts';
import type { RedeemLimit } from './customer-tokens.ts';
import type { EventSettings } from './event-rows.ts';
import type { FaultRule } from './faults.ts';
import type { LatencyRule } from './latency.ts';
import type { Options } from './options.ts';
import type { AppSettings, PolicySettings } from './organization-settings.ts';
import type { PasswordLimit } from './password-attempts.ts';
import type { HandlerDependencies } from './request-handler.ts';
import type { RouteName } from './routes.ts';
import type { ScrollSettings } from './scroll.ts';
import { defaultTokenLifetime, type RefusalStatus } from './token-issuer.ts';

/** The functions with which tests inspect the emulator and inject faults. HTTP offers the same under `/__emulator`. */
export type Control = {
  /** Returns the calls since the last reset, in the order in which they were received. */
  calls(): readonly LoggedCall[];
  clearLog(): void;
  /** Returns the number of calls of each route. */
  counts(): Readonly<Record<RouteName, number>>;
  /** Returns the number of calls that were received and have not ended. */
  loggedInFlight(): number;
  /** Returns the largest number of concurrent calls. */
  peakInFlight(): number;
  /** Returns the number of calls whose client disconnected before the response was complete. */
  abortedByClient(): number;
  /** Adds a fault rule. Rules are tried in the order in which they were added. */
  fault(rule: FaultRule): void;
  clearFaults(): void;
  /** Delays the responses of all calls, or of those that match a pattern. The call itself takes effect immediately. */
  latency(rule: LatencyRule): void;
  /** Sets how far the emulator's clock is ahead of the machine's clock; negative values put it behind. */
  clock(setting: { skewSeconds: number }): void;
  /** Sets the lifetime of the JWTs that are issued from now on. */
  tokenLifetime(seconds: number): void;
  /** Makes all issued JWTs invalid. */
  expireTokens(): void;
  /** Sets whether the JWTs that are issued from now on name their organization and scopes. */
  tokenClaims(named: boolean): void;
  /** Sets the status that refuses an invalid or expired JWT. */
  tokenRefusal(status: RefusalStatus): void;
  /** Sets how often a client may redeem customer tokens. */
  redeemLimit(limit: RedeemLimit): void;
  /** Sets how many wrong passwords of a username are answered. */
  passwordLimit(limit: PasswordLimit): void;
  /** Sets how the upstream says that no contact matches. */
  absence(absence: Absence): void;
  /** Changes how the calls of events behave. */
  events(settings: Partial<EventSettings>): void;
  /** Changes how scrolls behave, those of contacts and those of events. */
  scrolls(settings: Partial<ScrollSettings>): void;
  /** Drops every scroll, as a restart of the upstream does. */
  dropScrolls(): void;
  /** Sets the policies of all organizations, and whether they are written as texts or as objects. */
  policies(settings: Partial<PolicySettings>): void;
  /** Sets the settings of an app of an organization, like `ios_com.example.app`; null removes the app. */
  appSettings(organizationId: string, app: string, settings: AppSettings | null): void;
  /** Clears the log and resets every setting above to its default. The contacts stay unchanged. */
  reset(): void;
};

/** Creates the control functions. @param options the settings to which `reset` returns */
export function createControl({ system, log, faults, latency }: HandlerDependencies, options: Options): Control {
  const { clock, tokenIssuer, scrolls, tokens, passwordAttempts, absence, eventScrolls } = system;
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
    tokenLifetime: tokenIssuer.setLifetime,
    expireTokens: tokenIssuer.revokeAll,
    tokenClaims: tokenIssuer.setClaims,
    tokenRefusal: tokenIssuer.setRefusal,
    redeemLimit: tokens.setLimit,
    passwordLimit: passwordAttempts.setLimit,
    absence: absence.set,
    events: system.events.configure,
    scrolls(settings) {
      scrolls.configure(settings);
      eventScrolls.configure(settings);
    },
    dropScrolls() {
      scrolls.drop();
      eventScrolls.drop();
    },
    policies: system.settings.setPolicies,
    appSettings: system.settings.setApp,
    reset() {
      log.clear();
      faults.clear();
      latency.clear();
      clock.skew(0);
      tokenIssuer.setLifetime(defaultTokenLifetime);
      tokenIssuer.setClaims(options.claims);
      tokenIssuer.setRefusal(403);
      system.settings.reset();
      tokens.setLimit(options.redeemLimit);
      passwordAttempts.setLimit(options.passwordLimit);
      absence.set(defaultAbsence);
      scrolls.configure(options.scrolls);
      eventScrolls.configure(options.scrolls);
      system.events.configure(options.events);
    },
  };
}
