import { type OpenMetricsContentType, Registry } from 'prom-client';
import { createAuthMetrics } from './auth-metrics.ts';
import type { ReadGatewayState } from './gateway-state.ts';
import { type MetricsPage, mergeMetrics, type ProcessMetrics } from './merge.ts';
import { createOperationMetrics } from './operation-metrics.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { createStoreMetrics } from './store-metrics.ts';
import { createUpstreamMetrics } from './upstream-metrics.ts';

/**
 * Creates the metrics of one process, in a registry of their own.
 *
 * @param read returns the state that gauges show
 */
export function createMetricsRegistry(read: ReadGatewayState, version: string) {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE); // the only format with exemplars
  const registers: [typeof registry] = [registry];
  createProcessMetrics(registers, read, version);
  return {
    registry,
    ...createOperationMetrics(registers),
    ...createUpstreamMetrics(registers, read),
    ...createStoreMetrics(registers, read),
    ...createAuthMetrics(registers, read),
    /** The metrics as objects, for another process that merges those of several. */
    readJson: () => readMetricsJson(registry),
    /** @param isOpenMetrics whether the client reads the format OpenMetrics, which has exemplars */
    async read(isOpenMetrics: boolean): Promise<MetricsPage> {
      if (isOpenMetrics) return { contentType: registry.contentType, text: await registry.metrics() };
      const metrics = await readMetricsJson(registry);
      // Of a single process nothing is omitted, as the start time is where several processes have different ones.
      return mergeMetrics([metrics.map((metric) => ({ ...metric, aggregator: 'first' }))]);
    },
  };
}

/** The metrics of one process. */
export type MetricsRegistry = ReturnType<typeof createMetricsRegistry>;

/** An OpenMetrics page of the registry renames its counters: their names have no `_total` from then on. */
async function readMetricsJson(registry: Registry<OpenMetricsContentType>): Promise<ProcessMetrics> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics.map((metric) => {
    const isRenamed = String(metric.type) === 'counter' && !metric.name.endsWith('_total');
    return isRenamed ? { ...metric, name: `${metric.name}_total` } : metric;
  });
}
