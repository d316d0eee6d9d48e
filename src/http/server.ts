import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientLimits, defaultClientLimits } from '../config/client-limits.ts';
import type { Log } from '../log.ts';
import { refuseOverloaded } from './refusal.ts';
import { createRequestBodies } from './request-bodies.ts';
import { createUnsentAnswers } from './unsent-answers.ts';

export type HttpServer = {
  url: string;
  /** Bytes held now: of request bodies, and of answers that their clients have not taken. */
  heldBytes(): { bodies: number; unsent: number };
  /** Takes no new connections and waits for the requests in flight, at most `graceMs`; then their sockets are destroyed. */
  stop(graceMs: number): Promise<void>;
};

/** Slow headers and slow bodies end here; an operation has its own deadline. */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};

export type ListenOptions = Partial<ClientLimits> & {
  /** Whether other processes may listen on the same port: the system distributes connections to all of them. */
  reusePort?: boolean;
  /** Hears at most once a second how many clients were refused or closed; nothing is logged without it. */
  log?: Log;
};

/** Serves over HTTP/1.1 on one address; port 0 takes a free one. */
export async function startHttpServer(
  listener: RequestListener,
  host: string,
  port: number,
  { reusePort = false, log, ...options }: ListenOptions = {},
): Promise<HttpServer> {
  const limits = { ...defaultClientLimits, ...options };
  const counts = { refusedRequests: 0, closedSlowClients: 0, droppedConnections: 0 };
  const refuse = (response: ServerResponse) => {
    counts.refusedRequests += 1;
    refuseOverloaded(response);
  };
  const bodies = createRequestBodies(limits.maxBodiesBytes, refuse);
  const unsent = createUnsentAnswers(limits, () => {
    counts.closedSlowClients += 1;
  });
  const server = createServer(
    { ...timeouts, maxHeaderSize: 16_384, IncomingMessage: bodies.Request, ServerResponse: unsent.Response },
    (request, response) => {
      if (!namesHost(request)) response.writeHead(400, { connection: 'close' }).end();
      else if (unsent.isAboveHalf() && isForGraph(request)) refuse(response);
      else if (bodies.admit(request, response)) listener(request, response);
      else refuse(response);
    },
  );
  server.maxConnections = limits.maxConnections;
  server.on('drop', () => {
    counts.droppedConnections += 1;
  });
  const checks = setInterval(
    () => {
      unsent.check();
      if (Object.values(counts).every((count) => count === 0)) return;
      log?.warn({ ...counts }, 'clients were refused or closed to bound memory and connections');
      Object.assign(counts, { refusedRequests: 0, closedSlowClients: 0, droppedConnections: 0 });
    },
    Math.min(1_000, limits.writeTimeoutMs / 4),
  ).unref();
  server.once('close', () => clearInterval(checks));
  server.listen({ port, host, reusePort });
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server, so never the path of a pipe
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    heldBytes: () => ({ bodies: bodies.bytes(), unsent: unsent.bytes() }),
    async stop(graceMs) {
      const closed = once(server, 'close');
      server.close();
      // A connection becomes idle when its last answer is out, and would wait for its client's next request then.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

/** Health checks are answered also under load: their answers are small, and a failed one would end the process. */
function isForGraph({ url }: IncomingMessage): boolean {
  return url?.startsWith('/graphql') ?? false;
}

/** Yoga makes a URL of the `Host` header, and of one that is none a 500 with a stack trace. */
function namesHost({ headers: { host } }: IncomingMessage): boolean {
  return host === undefined || (/^[\w.:[\]-]{1,261}$/.test(host) && URL.canParse(`http://${host}`));
}
