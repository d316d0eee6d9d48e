/**
 * Limits the additional calls to a failing upstream: each first attempt earns a part of a retry. When all calls fail, a
 * thousand calls become at most 1,110.
 */
export type RetryBudget = {
  /** Called for the first attempt of a call. */
  earn(): void;
  /** Takes one retry from the budget; false where there is none. */
  spend(): boolean;
  /** The number of saved retries; less than one allows none. */
  saved(): number;
};

/** The options of a retry budget. */
export type RetryBudgetOptions = {
  /** Retries that each first attempt earns. */
  ratio?: number;
  /** The maximum of saved retries, which is also the number at the start. */
  max?: number;
};

/** Creates a budget, which is full at the start. */
export function createRetryBudget({ ratio = 0.1, max = 10 }: RetryBudgetOptions = {}): RetryBudget {
  let saved = max;
  return {
    earn() {
      saved = Math.min(max, saved + ratio);
    },
    spend() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
    saved: () => saved,
  };
}
