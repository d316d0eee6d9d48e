import { createMatcher } from './matcher.ts';

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
export type FaultKind = (typeof faultKinds)[number];

/** Something that goes wrong with the calls that it matches. */
export type FaultRule = {
  /** A part of the request target, or the source of a regular expression for it; all calls by default. */
  path?: string;
  method?: string;
  /** How often: once by default. `Infinity` (over HTTP: "Infinity") for ever. */
  times?: number;
  /** How many matching calls go well before. */
  skip?: number;
  kind: FaultKind;
  /**
   * Whether the call is made before its answer breaks, as when a connection is lost on the way back. By default
   * only for the kinds that need an answer to break: from `delay` on in the list of kinds.
   */
  after?: boolean;
  status?: number;
  /** Raw value of `Retry-After`: seconds, a date, negative, anything. */
  retryAfter?: string;
  code?: string;
  message?: string;
  /** `body`: the text to answer. */
  body?: string;
  /** `content-type` and `body`: the media type to claim. */
  contentType?: string;
  /** `redirect`: where to. */
  location?: string;
  /** `gzip-bomb` and `huge`: size once decoded. */
  bytes?: number;
  /** `drip`: milliseconds between bytes; all others: milliseconds before anything happens. */
  ms?: number;
};

export type Faults = {
  add(rule: FaultRule): void;
  /** The rule that applies to a call, if one does; it is used up by that. */
  take(method: string, path: string): FaultRule | undefined;
  clear(): void;
};

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

/** Whether the call itself is made, so that it may have an effect. */
export function performsCall({ kind, after }: FaultRule): boolean {
  return after ?? faultKinds.indexOf(kind) >= faultKinds.indexOf('delay');
}
