import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An upstream of a test's own making, for answers that the emulator never gives; it counts its sockets. */
export type RawUpstream = {
  url: string;
  /** Requests received, by method and target. */
  requests: string[];
  /** What came with them. */
  bodies: string[];
  sockets: { opened: number; open: number };
  /** Closes those that are open; others may come. */
  closeSockets(): void;
  close(): Promise<void>;
};

export async function startRawUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<RawUpstream> {
  const requests: string[] = [];
  const bodies: string[] = [];
  const sockets = { opened: 0, open: 0 };
  const server = createServer((request, response) => {
    const nth = requests.push(`${request.method} ${request.url}`) - 1;
    bodies[nth] = '';
    request.on('data', (chunk) => (bodies[nth] += chunk));
    response.on('error', () => undefined);
    request.resume().once('end', () => answer(request, response));
  });
  server.on('connection', (socket) => {
    sockets.opened += 1;
    sockets.open += 1;
    socket.once('close', () => {
      sockets.open -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    bodies,
    sockets,
    closeSockets: () => server.closeAllConnections(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
