import { startHttpServer } from '../../src/http/server.ts';
import { stdout } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { startOperatorServer } from '../../src/metrics/operator-server.ts';
import { type Answer, startGateway, type TestGateway, type TestGatewayOptions, toAnswer } from './gateway.ts';
import { parseMetrics, type Samples } from './samples.ts';

/** A gateway that listens, with the operator's server beside it. */
export type MeasuredGateway = Pick<TestGateway, 'gateway' | 'emulator' | 'logged'> & {
  /** The address of the public server. */
  url: string;
  /** The address of the operator's server. */
  operatorUrl: string;
  /** Sends a query as JSON over a socket. */
  query(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Scrapes the metrics over a socket. */
  scrape(): Promise<Samples>;
  /** Reads the health report over a socket. */
  // biome-ignore lint/suspicious/noExplicitAny: each test reads other parts of the report
  health(): Promise<any>;
  close(): Promise<void>;
};

/** Starts a gateway with metrics, its public server and the operator's server, and an emulator. */
export async function startMeasuredGateway(
  options: TestGatewayOptions & { maxOperationNames?: number } = {},
): Promise<MeasuredGateway> {
  const { maxOperationNames = 100, ...gatewayOptions } = options;
  const metrics = createMetrics({ host: '127.0.0.1', port: 0, maxOperationNames }, '1.2.3');
  const stack = await startGateway({ ...gatewayOptions, observers: metrics.observers });
  const { gateway, emulator, logged } = stack;
  const server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
  metrics.watch(() => ({
    ...{ ...gateway.state(), http: server.state() },
    ...{ jwks: undefined, droppedLogLines: stdout.droppedLines() },
  }));
  const operatorServer = await startOperatorServer('127.0.0.1', 0, metrics.pages);
  return {
    ...{ gateway, emulator, logged, url: server.url, operatorUrl: operatorServer.url },
    async query(query, variables, headers) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return toAnswer(response);
    },
    async scrape() {
      const response = await fetch(`${operatorServer.url}/metrics`);
      return parseMetrics(await response.text());
    },
    health: async () => (await fetch(`${operatorServer.url}/healthz`)).json(),
    async close() {
      await operatorServer.close();
      await server.stop(0);
      await stack.close();
    },
  };
}
