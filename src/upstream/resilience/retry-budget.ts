/**
 * Bounds how many more calls an upstream gets because calls fail: retries are paid for by first tries. When everything
 * fails, a thousand calls become at most 1,110.
 */
export type RetryBudget = {
  /** A call is made for the first time. */
  earn(): void;
  /** Pays for another try; false when that cannot be afforded. */
  spend(): boolean;
};

export type RetryBudgetOptions = {
  /** What each first try puts in: a tenth of a retry. */
  ratio?: number;
  /** Retries that can be saved up, and are at the start. */
  max?: number;
};

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
  };
}
