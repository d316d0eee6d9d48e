import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An upstream with a handler of the test, for responses that the emulator does not give. It counts its sockets. */
export type RawUpstream = {
  url: string;
  /** Requests received, by method and target. */
  requests: string[];
  /** The headers of the requests. */
  headers: IncomingHttpHeaders[];
  /** The bodies of the requests. */
  bodies: string[];
  sockets: { opened: number; open: number };
  /** Closes the open sockets, and still accepts new ones. */
  closeSockets(): void;
  close(): Promise<void>;
};

export async function startRawUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<RawUpstream> {
  const requests: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const bodies: string[] = [];
  const sockets = { opened: 0, open: 0 };
  const server = createServer((request, response) => {
    const nth = requests.push(`${request.method} ${request.url}`) - 1;
    headers[nth] = request.headers;
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
  const { port } = server.address() as AddressInfo; // This is a TCP server, so the address is an object.
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    headers,
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
