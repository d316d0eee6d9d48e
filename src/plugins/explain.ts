import type { ResultStep } from './result-pipeline.ts';

/**
 * Adds to the result, as `extensions.explain`, what an operation did with the upstream, where the request has
 * `extensions: { explain: true }`: each read and write with its time in ms, the source of its data and their age.
 */
export const explain: ResultStep = (result, { resolverContext }) => {
  const usage = resolverContext?.usage;
  if (usage?.steps === undefined) return result;
  const steps = usage.steps.map(({ startedMs, ms, ageMs, ...step }) => ({
    ...step,
    startedMs: round(startedMs),
    ms: round(ms),
    ageMs: ageMs === undefined ? undefined : round(ageMs),
  }));
  return { ...result, extensions: { ...result.extensions, explain: { requests: usage.calls, steps } } };
};

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
