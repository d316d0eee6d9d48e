import { createMatcher } from './matcher.ts';

/** The kinds of fault. From `delay` on, they need the response of an executed call (see `executesCall`). */
export const faultKinds = [
  'status',
  'ko',
  'html',
  'empty',
  'invalid-json',
  'body',
  'redirect',
  'gzip-bomb',
  'huge',
  'hang',
  'reset',
  'delay',
  'content-type',
  'truncate',
  'drip',
  'hang-body',
  'reset-body',
  'close',
] as const;
/** The name of a kind of fault. */
export type FaultKind = (typeof faultKinds)[number];

/** A fault that is injected into the calls that the rule matches. */
export type FaultRule = {
  /** A substring of the request target, or the source of a regular expression for it; all calls by default. */
  path?: string;
  method?: string;
  /** How many matching calls get the fault: 1 by default; `Infinity` (over HTTP: "Infinity") for all. */
  times?: number;
  /** How many matching calls succeed before the first fault. */
  skip?: number;
  kind: FaultKind;
  /**
   * Whether the call is executed before the fault, as when the connection is lost during the response. By default only
   * for the kinds that need the response of the call: from `delay` on in the list of kinds.
   */
  after?: boolean;
  status?: number;
  /** Raw value of `Retry-After`, valid or not. */
  retryAfter?: string;
  code?: string;
  message?: string;
  /** `body`: the text of the response. */
  body?: string;
  /** `content-type` and `body`: the media type of the response. */
  contentType?: string;
  /** `redirect`: the URL of the redirect. */
  location?: string;
  /** `gzip-bomb` and `huge`: size of the decoded body in bytes. */
  bytes?: number;
  /** `drip`: milliseconds between bytes; all other kinds: milliseconds before the response starts. */
  ms?: number;
};

/** The active fault rules. */
export type Faults = {
  add(rule: FaultRule): void;
  /** Returns the first rule that applies to a call, and counts it as used. */
  take(method: string, path: string): FaultRule | undefined;
  clear(): void;
};

/** Creates an empty list of rules. */
export function createFaults(): Faults {
  let active: { rule: FaultRule; matches: (path: string) => boolean; skip: number; times: number }[] = [];
  return {
    add(rule) {
      active.push({ rule, matches: createMatcher(rule.path ?? ''), skip: rule.skip ?? 0, times: rule.times ?? 1 });
    },
    take(method, path) {
      for (const entry of active) {
        const { rule } = entry;
        if ((rule.method !== undefined && rule.method !== method) || !entry.matches(path)) continue;
        if (entry.skip-- > 0) continue;
        if (--entry.times <= 0) active = active.filter((other) => other !== entry);
        return rule;
      }
      return undefined;
    },
    clear() {
      active = [];
    },
  };
}

/** Returns whether the call is executed in spite of the fault, so that a write takes effect. */
export function executesCall({ kind, after }: FaultRule): boolean {
  return after ?? faultKinds.indexOf(kind) >= faultKinds.indexOf('delay');
}
