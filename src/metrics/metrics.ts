import type { MetricsConfig } from '../config/metrics.ts';
import type { GatewayState } from './gateway-state.ts';
import { createHealthReport } from './health-report.ts';
import type { ProcessMetrics } from './merge.ts';
import type { GatewayObservers } from './observers.ts';
import { observeOperations } from './operation-observer.ts';
import type { OperatorPages } from './operator-server.ts';
import { createRecentCalls } from './recent-calls.ts';
import { createMetricsRegistry } from './registry.ts';
import { observeUpstream } from './upstream-observer.ts';

/** The metrics and the health report of one process. */
export type Metrics = {
  /** Counts what happens; for the gateway and for the client of the upstream. */
  readonly observers: GatewayObservers;
  readonly pages: OperatorPages;
  /** The metrics as objects, for another process that merges those of several. */
  readJson(): Promise<ProcessMetrics>;
  /** Makes the state of the gateway and of its server readable, as soon as there is one. */
  watch(read: () => GatewayState): void;
};

/** Creates the metrics of a process. @param version the version of Contactgraph */
export function createMetrics({ maxOperationNames }: MetricsConfig, version: string): Metrics {
  let readState: () => GatewayState | undefined = () => undefined;
  const registry = createMetricsRegistry(() => readState(), version);
  const recentCalls = createRecentCalls();
  return {
    observers: {
      ...observeUpstream(registry, recentCalls),
      onOperation: observeOperations(registry, maxOperationNames),
      onDeprecated: (coordinate) => registry.deprecated.inc({ coordinate }),
      onSharedOperation: () => registry.shared.inc(),
      onScroll: (event) => registry.scrollSessions.inc({ event }),
      onReplay: () => registry.replays.inc(),
      onJwksFetch: (succeeded) => registry.jwksFetches.inc({ result: succeeded ? 'succeeded' : 'failed' }),
    },
    pages: {
      readMetrics: registry.read,
      readHealth: async () => createHealthReport(readState(), recentCalls, version),
    },
    readJson: registry.readJson,
    watch(read) {
      readState = read;
    },
  };
}
