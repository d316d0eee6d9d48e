import { AggregatorRegistry, aggregators, type MetricObjectWithValues, type MetricValue } from 'prom-client';

/** The metrics in a format of Prometheus, and its content type. */
export type MetricsPage = { readonly contentType: string; readonly text: string };

/** The metrics of one process as objects, which JSON can represent. */
export type ProcessMetrics = readonly MetricObjectWithValues<MetricValue<string>>[];

declare module 'prom-client' {
  /** The functions that merge one metric of several processes; the package exports them without a type. */
  export const aggregators: {
    sum(metrics: readonly ProcessMetrics[number][]): ProcessMetrics[number] | undefined;
  };
}

/** Merges the metrics of several processes, each by its `aggregator`. They have no exemplars then. */
export async function mergeMetrics(processes: readonly ProcessMetrics[]): Promise<MetricsPage> {
  const merged = AggregatorRegistry.aggregate(processes.map((metrics) => [...metrics]));
  return { contentType: merged.contentType, text: await merged.metrics() };
}

/**
 * Adds what a process has counted to the totals of other processes that have ended. A sum without them would decrease, and
 * Prometheus would take that for a restart of the counter: it would count the whole sum again.
 */
export function addTotals(totals: ProcessMetrics, ended: ProcessMetrics): ProcessMetrics {
  const counted = ended.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
  const byName = Map.groupBy([...totals, ...counted], ({ name }) => name);
  return [...byName.values()].flatMap((metrics) => aggregators.sum(metrics) ?? []);
}
