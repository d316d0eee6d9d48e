import { performance } from 'node:perf_hooks';
import { version as nodeVersion } from 'node:process';
import { getHeapStatistics } from 'node:v8';
import { Counter, collectDefaultMetrics, Gauge, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { ReadGatewayState } from './gateway-state.ts';

/** Creates the metrics of the process and of its HTTP server, and the standard ones of Node. */
export function createProcessMetrics(
  registers: [Registry<OpenMetricsContentType>],
  read: ReadGatewayState,
  version: string,
) {
  // Their names, like process_cpu_seconds_total and nodejs_gc_duration_seconds, are those of every Node process.
  collectDefaultMetrics({ register: registers[0] });
  new Gauge({
    name: 'contactgraph_build_info',
    help: 'Always 1; the labels have the versions of Contactgraph and of Node.',
    labelNames: ['version', 'node'],
    registers,
    aggregator: 'first',
  }).set({ version, node: nodeVersion }, 1);
  new Gauge({
    name: 'contactgraph_heap_limit_bytes',
    help: 'The size at which the heap of the process is full, in bytes.',
    registers,
  }).set(getHeapStatistics().heap_size_limit);
  let last = performance.eventLoopUtilization();
  new Gauge({
    name: 'contactgraph_event_loop_utilization_ratio',
    help: 'Part of the time since the last scrape in which the event loop was busy, from 0 to 1.',
    registers,
    aggregator: 'average',
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
  new Gauge({
    name: 'contactgraph_ready',
    help: 'Whether /readyz answers 200: 1 or 0.',
    registers,
    aggregator: 'sum',
    collect() {
      this.set(read()?.isReady === true ? 1 : 0);
    },
  });
  new Gauge({
    name: 'contactgraph_http_connections',
    help: 'Open connections of clients.',
    registers,
    collect() {
      this.set(read()?.http?.connections ?? 0);
    },
  });
  new Gauge({
    name: 'contactgraph_http_held_bytes',
    help: 'Bytes that the process holds for clients: of request bodies, and of answers that were not taken yet ("unsent").',
    labelNames: ['kind'],
    registers,
    collect() {
      const { bodies = 0, unsent = 0 } = read()?.http?.held ?? {};
      this.set({ kind: 'bodies' }, bodies);
      this.set({ kind: 'unsent' }, unsent);
    },
  });
  countFromTotal(registers, 'contactgraph_http_refused_requests_total', {
    help: 'Requests that were refused with 503 because the memory for bodies or for answers is used up.',
    total: () => read()?.http?.refusedRequests,
  });
  countFromTotal(registers, 'contactgraph_http_closed_slow_clients_total', {
    help: 'Connections that were closed because their clients did not take their answers.',
    total: () => read()?.http?.closedSlowClients,
  });
  countFromTotal(registers, 'contactgraph_http_dropped_connections_total', {
    help: 'Connections that were closed when they were accepted because MAX_CONNECTIONS were open.',
    total: () => read()?.http?.droppedConnections,
  });
  countFromTotal(registers, 'contactgraph_dropped_log_lines_total', {
    help: 'Lines of the log that were dropped because the reader of stdout accepts none.',
    total: () => read()?.droppedLogLines,
  });
}

/** A counter whose total is counted elsewhere, and read when it is scraped. */
function countFromTotal(
  registers: [Registry<OpenMetricsContentType>],
  name: string,
  { help, total }: { help: string; total: () => number | undefined },
): void {
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset();
      this.inc(total() ?? 0);
    },
  });
}
