import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that responds to each request with bytes of the test, for responses that node:http would not send. */
export type RawResponder = {
  url: string;
  /** The heads of the requests received. */
  requests: string[];
  /** Sets the bytes of the next responses, and whether the connection is closed after them. */
  respondWith(bytes: string | Buffer, options?: { closes?: boolean }): void;
  close(): Promise<void>;
};

/** Starts a server on loopback. It takes each chunk for one request, so requests must be small and not pipelined. */
export async function startRawResponder(): Promise<RawResponder> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let response: string | Buffer = '';
  let closes = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => sockets.delete(socket))
      .on('data', (chunk) => {
        requests.push(chunk.toString('latin1'));
        socket.write(response);
        if (closes) socket.end();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    respondWith(bytes, options = {}) {
      response = bytes;
      closes = options.closes === true;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
