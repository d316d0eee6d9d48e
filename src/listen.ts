import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Listening = {
  url: string;
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

/**
 * Serves over HTTP/1.1 on one address; port 0 takes a free one.
 *
 * @param reusePort whether other processes may listen on the same port: the system deals connections out to all of them
 */
export async function listen(
  listener: RequestListener,
  host: string,
  port: number,
  { reusePort = false } = {},
): Promise<Listening> {
  const server = createServer({ ...timeouts, maxHeaderSize: 16_384 }, (request, response) => {
    if (namesHost(request)) listener(request, response);
    else response.writeHead(400, { connection: 'close' }).end();
  });
  server.listen({ port, host, reusePort });
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server, so never the path of a pipe
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
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

/** Yoga makes a URL of the `Host` header, and of one that is none a 500 with a stack trace. */
function namesHost({ headers: { host } }: IncomingMessage): boolean {
  return host === undefined || (/^[\w.:[\]-]{1,261}$/.test(host) && URL.canParse(`http://${host}`));
}
