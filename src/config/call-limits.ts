import type { z } from 'zod';
import type { CallLimits } from '../call-budget/call-budget.ts';
import { described, wholeNumber } from './variable-types.ts';

const callsPerMinute = described(wholeNumber(0, 10_000_000), 'is a whole number from 0 to 10000000');

/** The variables of the budgets of upstream calls over time. */
export const callLimitVariables = {
  // One service token may carry all traffic of a backend: 20,000 calls a second are more than two processes can make.
  CALLS_PER_MINUTE: callsPerMinute.default(1_200_000),
  CALLS_PER_MINUTE_SESSION: callsPerMinute.default(3_000),
  CALLS_PER_MINUTE_ANONYMOUS: callsPerMinute.default(300),
  CALLS_BURST_SECONDS: described(wholeNumber(1, 3_600), 'is a whole number from 1 to 3600').default(60),
};

/** @param perOperation the most calls of one operation */
export function toCallLimits(
  given: z.output<z.ZodObject<typeof callLimitVariables>>,
  perOperation: number,
): CallLimits {
  return {
    perToken: given.CALLS_PER_MINUTE,
    perContact: given.CALLS_PER_MINUTE_SESSION,
    perAddress: given.CALLS_PER_MINUTE_ANONYMOUS,
    burstSeconds: given.CALLS_BURST_SECONDS,
    perOperation,
  };
}
