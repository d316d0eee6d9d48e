import { createMatcher } from './matcher.ts';

export type LatencyRule = number | { pattern: string; ms: number };

/** How long answers take. */
export type Latency = {
  /** For all calls, or those whose request target matches; the newest rule that matches decides. */
  set(rule: LatencyRule): void;
  of(path: string): number;
  clear(): void;
};

export function createLatency(): Latency {
  let rules: { matches: (path: string) => boolean; ms: number }[] = [];
  return {
    set(rule) {
      if (typeof rule === 'number') rules = [{ matches: () => true, ms: rule }];
      else rules.unshift({ matches: createMatcher(rule.pattern), ms: rule.ms });
    },
    of: (path) => rules.find(({ matches }) => matches(path))?.ms ?? 0,
    clear() {
      rules = [];
    },
  };
}
