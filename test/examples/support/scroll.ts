import type { Page } from 'playwright-core';

/** What a list showed while it was scrolled. */
export type Scrolled = {
  /** The address of the contact at each position; a position that showed two contacts has both. */
  contacts: string[][];
  /** The largest number of rows that were in the document at once. */
  mostRows: number;
  /** The time between frames, in milliseconds. */
  frames: number[];
  /** Tasks that took more than 50 ms. */
  longTasks: number;
  /** Processor time of the page's main thread for each frame, in milliseconds. */
  cpuPerFrame: number;
};

/** Scrolls a list by three rows in each frame, as a fast wheel does, until so many rows have been in view. */
export async function scrollThrough(page: Page, rows: number): Promise<Scrolled> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const readCpu = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const cpuBefore = await readCpu();
  const scrolled = await page.evaluate(async (wanted) => {
    const list = document.querySelector('.list-scroller');
    if (list === null) throw new Error('The page has no list');
    let longTasks = 0;
    new PerformanceObserver((entries) => {
      longTasks += entries.getEntries().length;
    }).observe({ type: 'longtask' });
    const seen = Array.from({ length: wanted }, () => new Set<string>());
    const frames: number[] = [];
    let mostRows = 0;
    let last = performance.now();
    while (seen.some((contacts) => contacts.size === 0)) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      frames.push(performance.now() - last);
      last = performance.now();
      const items = [...list.querySelectorAll('li')];
      mostRows = Math.max(mostRows, items.length);
      for (const item of items) {
        const position = Number(item.getAttribute('aria-posinset'));
        seen[position - 1]?.add(item.querySelector('a')?.getAttribute('href') ?? '');
      }
      list.scrollTop += 192;
    }
    return { contacts: seen.map((contacts) => [...contacts]), mostRows, frames, longTasks };
  }, rows);
  return { ...scrolled, cpuPerFrame: ((await readCpu()) - cpuBefore) / scrolled.frames.length };
}

/** Returns the figures of the frames for a report: the median, the 95th percentile, and how many kept to 60 a second. */
export function describeFrames({ frames, longTasks, cpuPerFrame }: Scrolled): string {
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1);
  const inBudget = frames.filter((ms) => ms <= 17.5).length;
  const share = Math.round((inBudget / frames.length) * 100);
  return `${frames.length} frames, median ${at(0.5)} ms, p95 ${at(0.95)} ms, ${share} % within 60 fps, ${longTasks} long tasks, ${cpuPerFrame.toFixed(1)} ms of CPU for each frame`;
}
