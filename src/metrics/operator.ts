import { readFileSync } from 'node:fs';
import type { MetricsConfig } from '../config/metrics.ts';
import type { Log } from '../log.ts';
import type { GatewayState } from './gateway-state.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type OperatorServer, startOperatorServer } from './operator-server.ts';

/** The metrics of this process, and their server, which starts when there is a state to report. */
export type Operator = Pick<Metrics, 'observers' | 'watch' | 'readJson'> & {
  readHealth: Metrics['pages']['readHealth'];
  /** @throws {Error} of Node when the address cannot be listened on */
  listen(read: () => GatewayState, log: Log): Promise<OperatorServer>;
};

/** Prepares the metrics of a process that serves them itself. This file is imported only with `METRICS_PORT`. */
export function prepareOperator(config: MetricsConfig): Operator {
  const { observers, pages, watch, readJson } = createMetrics(config, packageVersion());
  return {
    ...{ observers, watch, readJson, readHealth: pages.readHealth },
    async listen(read, log) {
      watch(read);
      const server = await startOperatorServer(config.host, config.port, pages);
      log.info({ url: server.url }, 'metrics and the health report are served');
      return server;
    },
  };
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(version);
}
