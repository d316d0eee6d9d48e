import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { namesType } from '../http-message/accept.ts';
import { securityHeaders } from '../http-message/security-headers.ts';
import type { HealthReport } from './health-report.ts';
import type { MetricsPage } from './merge.ts';

/** What the operator's server answers with. */
export type OperatorPages = {
  /** @param isOpenMetrics whether the client reads the format OpenMetrics */
  readMetrics(isOpenMetrics: boolean): Promise<MetricsPage>;
  readHealth(): Promise<HealthReport>;
};

/** A server that listens, for operators only. */
export type OperatorServer = { readonly url: string; close(): Promise<void> };

/** Time-outs in ms. Prometheus scrapes every few seconds, over a connection that stays open. */
const timeouts = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 65_000 };

/** Connections at the same time: some Prometheus servers and some people. */
const maxConnections = 50;

/**
 * Starts the server of `METRICS_PORT`: `GET /metrics` for Prometheus, and `GET /healthz` for people. It is a server of its own,
 * so that a network can permit operators what it does not permit to clients.
 *
 * @throws {Error} of Node when the address cannot be listened on
 */
export async function startOperatorServer(host: string, port: number, pages: OperatorPages): Promise<OperatorServer> {
  const answers = new Map<string, (accept: string | undefined) => Promise<MetricsPage>>([
    ['/metrics', (accept) => pages.readMetrics(namesType(accept, 'application/openmetrics-text'))],
    ['/healthz', async () => ({ contentType: 'application/json', text: toJson(await pages.readHealth()) })],
  ]);
  const server = createServer({ ...timeouts, maxHeaderSize: 16_384 }, (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const answer = answers.get(path);
    if (answer === undefined) return refuse(response, 404, 'There are /metrics and /healthz here.');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, 'This is read with GET or HEAD.');
    }
    answer(request.headers.accept).then(
      ({ contentType, text }) => respond(response, 200, contentType, text),
      () => refuse(response, 500, 'The state of the process cannot be read.'),
    );
  });
  server.maxConnections = maxConnections;
  server.listen({ host, port });
  await once(server, 'listening');
  const { family, address, port: actualPort } = server.address() as AddressInfo; // a TCP server, so never the path of a pipe
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actualPort}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toJson(report: object): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  respond(response, status, 'text/plain; charset=utf-8', `${text}\n`);
}

/** Node leaves the body of a response to HEAD out. */
function respond(response: ServerResponse, status: number, contentType: string, text: string): void {
  response
    .writeHead(status, {
      ...securityHeaders,
      'cache-control': 'no-store',
      'content-type': contentType,
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}
