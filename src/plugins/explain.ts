import type { OperationContext, Plugin } from './plugin.ts';

/**
 * Tells, in `extensions.explain`, what an operation did with the upstream, to a request that asks for it by its own
 * `extensions: { explain: true }`: each read and write with its time, where its answer came from and how old it was.
 */
export function useExplain(): Plugin {
  return {
    onResultProcess({ result, setResult, serverContext }) {
      const { usage } = serverContext as OperationContext; // one object: Yoga extends it from the request to the execution
      if (usage?.steps === undefined || Symbol.asyncIterator in result || Array.isArray(result)) return;
      const steps = usage.steps.map(({ startedMs, ms, ageMs, ...step }) => ({
        ...step,
        startedMs: round(startedMs),
        ms: round(ms),
        ageMs: ageMs === undefined ? undefined : round(ageMs),
      }));
      setResult({ ...result, extensions: { ...result.extensions, explain: { requests: usage.calls, steps } } });
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
