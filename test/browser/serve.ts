import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Served = { method: string; path: string; status: number };

/** Starts a server on a free port of the loopback interface that records its responses. */
export async function serve(listener: RequestListener) {
  const served: Served[] = [];
  const server = createServer((request, response) => {
    response.on('finish', () => {
      served.push({ method: request.method ?? '', path: request.url ?? '', status: response.statusCode });
    });
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The address of a TCP server is an object and not the name of a pipe.
  const { port } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${port}`,
    served,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
