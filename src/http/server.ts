import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { throttle } from '../async/throttle.ts';
import { type ClientLimits, defaultClientLimits } from '../config/client-limits.ts';
import { securityHeaders } from '../http-message/security-headers.ts';
import type { Log } from '../log.ts';
import { answerClientError, beginsWithTls } from './client-error.ts';
import { type ConnectionCounts, createConnections } from './connections.ts';
import { createCors } from './cors.ts';
import { refuseLongTarget, refuseMalformed, refuseOverloaded } from './refusal.ts';
import { createRequestBodies } from './request-bodies.ts';
import { isTargetTooLong, normalizeRequestTarget, pathOf } from './request-target.ts';
import { createResponseHeaders } from './response-headers.ts';
import { stopServer } from './stop-server.ts';
import { createUnsentAnswers } from './unsent-answers.ts';

/** A server that listens. */
export type HttpServer = {
  url: string;
  /** Bytes held now: of request bodies, and of answers that their clients have not taken. */
  heldBytes(): { bodies: number; unsent: number };
  /** Open connections, pending requests, bytes held now, and how many clients were refused or closed since the start. */
  state(): HttpServerState;
  /**
   * Stops without losing a request. From now on responses close their connections; after `delayMs` no more connections are
   * accepted; connections close with their next response, or when they have been quiet for a while. After `graceMs` more
   * the connections that are still open are destroyed.
   */
  stop(graceMs: number, delayMs?: number): Promise<void>;
};

/** The state of a server: see `HttpServer`. */
export type HttpServerState = ConnectionCounts &
  ClientCounts & {
    readonly held: { readonly bodies: number; readonly unsent: number };
  };

/** How many requests were refused, and connections closed, to bound memory and connections. */
type ClientCounts = { refusedRequests: number; closedSlowClients: number; droppedConnections: number };

/** What node's own time-out for a request that is not complete raises. */
const requestTimeout = Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/** Time-outs of the HTTP server, in ms: for slow headers and slow bodies. An operation has a deadline of its own. */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};

/** Limits for clients, and how the server listens. */
export type ListenOptions = Partial<ClientLimits> & {
  /** Whether other processes may listen on the same port: the system distributes connections to all of them. */
  reusePort?: boolean;
  /** Whether the port is not shared with the other workers of node:cluster; by default a worker shares it. */
  exclusive?: boolean;
  /** The origins whose pages may read responses; none by default. */
  corsOrigins?: readonly string[];
  /** Logs at most once a second how many clients were refused or closed. */
  log?: Log;
};

/**
 * Starts a server for HTTP/1.1 on one address; port 0 takes a free port.
 *
 * @throws {Error} of Node when the address cannot be listened on
 */
export async function startHttpServer(
  listener: RequestListener,
  host: string,
  port: number,
  { reusePort = false, exclusive = false, corsOrigins = [], log, ...options }: ListenOptions = {},
): Promise<HttpServer> {
  const limits = { ...defaultClientLimits, ...options };
  const counts: ClientCounts = { refusedRequests: 0, closedSlowClients: 0, droppedConnections: 0 };
  let logged = { ...counts };
  const refuse = (response: ServerResponse) => {
    counts.refusedRequests += 1;
    refuseOverloaded(response);
  };
  const reportTls = throttle(1_000, () => log?.warn('a client used https: this port is for plain http'));
  const bodies = createRequestBodies(limits.maxBodiesBytes, refuse);
  const unsent = createUnsentAnswers(limits, () => {
    counts.closedSlowClients += 1;
  });
  const Response = createResponseHeaders(unsent.Response, createCors(corsOrigins));
  const connections = createConnections(Response, (socket) => answerClientError(requestTimeout, socket, true));
  const server = createServer(
    {
      ...timeouts,
      maxHeaderSize: 16_384,
      joinDuplicateHeaders: true,
      IncomingMessage: bodies.Request,
      ServerResponse: connections.Response,
    },
    (request, response) => {
      if (!connections.begin(request, response)) return void request.resume();
      if (isTargetTooLong(request)) return refuseLongTarget(response);
      const problem = normalizeRequestTarget(request);
      if (problem !== undefined) refuseMalformed(response, problem);
      else if (unsent.isAboveHalf() && isGraphQLRequest(request)) refuse(response);
      else if (bodies.admit(request, response)) listener(request, response);
      else refuse(response);
    },
  );
  // Without a listener of its own, an error of this socket would end the process.
  server.on('connect', (_request, socket) => socket.on('error', () => undefined).end(noTunnel));
  server.on('clientError', (error, socket) => {
    if (beginsWithTls(error)) reportTls();
    if (socket instanceof Socket) answerClientError(error, socket, connections.isFree(socket)); // a TCP server, so always
  });
  server.on('connection', connections.add);
  // A worker drops a connection beyond the maximum as a single process does: handed back, it would be offered without end.
  Object.assign(server, { maxConnections: limits.maxConnections, dropMaxConnection: true });
  server.on('drop', () => {
    counts.droppedConnections += 1;
  });
  const checks = setInterval(
    () => {
      unsent.check();
      const added = subtract(counts, logged);
      if (Object.values(added).every((count) => count === 0)) return;
      log?.warn(added, 'clients were refused or closed to bound memory and connections');
      logged = { ...counts };
    },
    Math.min(1_000, limits.writeTimeoutMs / 4),
  ).unref();
  server.once('close', () => clearInterval(checks));
  server.listen({ port, host, reusePort, exclusive });
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server, so never the path of a pipe
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const heldBytes = () => ({ bodies: bodies.bytes(), unsent: unsent.bytes() });
  return {
    url: `http://${name}:${address.port}`,
    heldBytes,
    state: () => ({ ...connections.counts(), held: heldBytes(), ...counts }),
    stop: (graceMs, delayMs = 0) => stopServer({ server, connections, graceMs, delayMs, log }),
  };
}

function subtract(counts: ClientCounts, earlier: ClientCounts): ClientCounts {
  return {
    refusedRequests: counts.refusedRequests - earlier.refusedRequests,
    closedSlowClients: counts.closedSlowClients - earlier.closedSlowClients,
    droppedConnections: counts.droppedConnections - earlier.droppedConnections,
  };
}

/** The response to CONNECT, for which Node creates none: the gateway is no proxy. */
const noTunnel = [
  'HTTP/1.1 405 Method Not Allowed',
  ...['allow: GET, HEAD, POST', 'content-length: 0', 'connection: close'],
  ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
  '\r\n',
].join('\r\n');

/**
 * Health checks are answered under load, too: their responses are small, and a failed check would restart the process. The
 * path may begin with a base path.
 */
function isGraphQLRequest(request: IncomingMessage): boolean {
  return pathOf(request).includes('/graphql');
}
