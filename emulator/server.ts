import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens. */
export type RunningServer = {
  url: string;
  /** Stops the server and closes every connection, also those with a pending response. */
  close(): Promise<void>;
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Starts an HTTP server. When the handler throws, the response is a 500 with the message of the error.
 *
 * @param options port 0 selects a free port
 * @throws {Error} when the port cannot be used
 */
export async function listen(handler: Handler, { port, host }: { port: number; host: string }): Promise<RunningServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handler(request, response).catch((error: unknown) => respondWithError(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    // A worker of node:cluster would share the port with the emulators of other workers.
    server.once('error', reject).listen({ port, host, exclusive: true }, () => resolve());
  });
  // The cast is safe because a server that listens on a port has an address object.
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function respondWithError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
}
