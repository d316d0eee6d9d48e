import { createMatcher } from './matcher.ts';

/** A delay in milliseconds, of all calls or of those whose request target matches a pattern. */
export type LatencyRule = number | { pattern: string; ms: number };

/** The delays of responses. */
export type Latency = {
  /** Adds a rule. The newest rule that matches a call applies; a rule without a pattern replaces all others. */
  set(rule: LatencyRule): void;
  /** Returns the delay of a request target in milliseconds. */
  delayOf(path: string): number;
  clear(): void;
};

/** Creates a list of rules without a delay. */
export function createLatency(): Latency {
  let rules: { matches: (path: string) => boolean; ms: number }[] = [];
  return {
    set(rule) {
      if (typeof rule === 'number') rules = [{ matches: () => true, ms: rule }];
      else rules.unshift({ matches: createMatcher(rule.pattern), ms: rule.ms });
    },
    delayOf: (path) => rules.find(({ matches }) => matches(path))?.ms ?? 0,
    clear() {
      rules = [];
    },
  };
}
