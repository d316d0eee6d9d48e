import type { ResultStep } from './result-pipeline.ts';

/**
 * Adds to the result, as `extensions.cost`, how many upstream calls an operation has asked for and made, where the request
 * has `extensions: { cost: true }`, and what is left of its caller's budget where there is one. It tells nothing about the
 * inside of the gateway, so every caller may ask for it.
 */
export const showCost: ResultStep = (result, { cost, resolverContext }) => {
  if (cost === undefined || resolverContext?.showsCost !== true) return result;
  const { requested, actual } = cost;
  const { remaining, resetAt } = resolverContext.callAllowance;
  const budget = remaining === undefined ? {} : { remaining, resetAt };
  return { ...result, extensions: { ...result.extensions, cost: { requested, actual, ...budget } } };
};
