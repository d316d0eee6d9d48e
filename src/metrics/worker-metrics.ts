import { Counter, Registry } from 'prom-client';
import type { ProcessMetrics } from './merge.ts';

/** Creates the metrics that a primary process has of its own. @param restarts returns the number of restarts until now */
export function createWorkerMetrics(restarts: () => number): { readJson(): Promise<ProcessMetrics> } {
  const registry = new Registry();
  new Counter({
    name: 'contactgraph_worker_restarts_total',
    help: 'Workers that were started because another one had ended by itself.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(restarts());
    },
  });
  return { readJson: () => registry.getMetricsAsJSON() };
}
