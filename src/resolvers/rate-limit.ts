import type { Context } from '../context.ts';

/** Resolves the caller's budget of upstream calls, from which the operation itself has taken its calls already. */
export function rateLimit(_root: unknown, _args: object, { callAllowance }: Context): Context['callAllowance'] {
  return callAllowance;
}
