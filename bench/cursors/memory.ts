import type { Sample } from './memory-probe.ts';

/** What the gateway took during one walk. */
export type Memory = { cpu: number; first: Third; last: Third };

/** A third of a walk, in bytes. The heap runs up and down with every collection: its low is what was really held. */
export type Third = { peakRss: number; peakHeap: number; lowHeap: number };

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
