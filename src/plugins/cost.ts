import type { ResultStep } from './result-pipeline.ts';

/**
 * Adds to the result, as `extensions.cost`, how many upstream calls an operation has asked for and made, where the request
 * has `extensions: { cost: true }`. It tells nothing about the inside of the gateway, so every caller may ask for it.
 */
export const showCost: ResultStep = (result, { cost, resolverContext }) => {
  if (cost === undefined || resolverContext?.showsCost !== true) return result;
  const { requested, actual } = cost;
  return { ...result, extensions: { ...result.extensions, cost: { requested, actual } } };
};
