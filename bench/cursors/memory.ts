import type { Sample } from './memory-probe.ts';

/** The CPU seconds and the memory of the gateway during one scan. */
export type Memory = { cpu: number; first: Third; last: Third };

/** The memory in a third of a scan, in bytes. The lowest heap size is closest to the memory that is really in use. */
export type Third = { peakRss: number; peakHeap: number; lowHeap: number };

/** Evaluates the samples within a scan. */
export function memoryOf(
  all: readonly Sample[],
  { startedAt, endedAt }: { startedAt: number; endedAt: number },
): Memory {
  const samples = all.filter(({ at }) => at >= startedAt && at <= endedAt);
  const third = (endedAt - startedAt) / 3;
  return {
    cpu: (samples.at(-1)?.cpu ?? 0) - (samples[0]?.cpu ?? 0),
    first: thirdOf(samples.filter(({ at }) => at < startedAt + third)),
    last: thirdOf(samples.filter(({ at }) => at >= endedAt - third)),
  };
}

function thirdOf(samples: readonly Sample[]): Third {
  return {
    peakRss: Math.max(...samples.map(({ rss }) => rss)),
    peakHeap: Math.max(...samples.map(({ heap }) => heap)),
    lowHeap: Math.min(...samples.map(({ heap }) => heap)),
  };
}
